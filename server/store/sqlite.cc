#include "server/store/sqlite.h"

#include <fcntl.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "proto/reason.h"
#include "server/store/sql_errors.h"

namespace dkimkeeper {
namespace {

sqlite_api::sqlite3* Handle(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

// SQLite would create the file with the umask's mode, and gives its log the same one. Only a file
// made here is opened here: closing any descriptor of a file drops the locks that SQLite holds on
// it in this process (fcntl(2), sqlite.org/howtocorrupt.html §2.2).
Outcome CreatePrivately(const std::filesystem::path& file) {
  const int descriptor =
      ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor >= 0) {
    ::close(descriptor);
    return {};
  }
  if (errno == EEXIST) return {};
  const std::error_code error(errno, std::generic_category());
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return Fail(full ? Code::kResourceExhausted : Code::kUnavailable,
              full ? reason::kStorageFull : reason::kStoreAway,
              "creating the key store " + file.string() + ": " + error.message() +
                  "; check its folder's existence, owner and free space");
}

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(std::unique_ptr<soci::session> session) : session_(std::move(session)) {}

  soci::session& session() override { return *session_; }

  // A write takes the lock now: a plain BEGIN fails at once when another process writes between its
  // first read and its first write.
  void Begin(TransactionKind kind) override {
    *session_ << (kind == TransactionKind::kRead ? "BEGIN" : "BEGIN IMMEDIATE");
  }

  Outcome MakeDurable() override {
    std::string mode;
    *session_ << "PRAGMA journal_mode = WAL", soci::into(mode);
    if (mode != "wal") {
      return Fail(Code::kUnavailable, reason::kStoreAway,
                  "opening the key store: its file system cannot keep a write-ahead log; put it on "
                  "a local disk");
    }
    *session_ << "PRAGMA synchronous = FULL";
    *session_ << "PRAGMA foreign_keys = ON";
    return {};
  }

  Outcome CheckInPlace() override {
    int moved = 0;
    const int code = sqlite_api::sqlite3_file_control(Handle(*session_), nullptr,
                                                      SQLITE_FCNTL_HAS_MOVED, &moved);
    if (code != SQLITE_OK || moved == 0) return {};
    return Fail(Code::kUnavailable, reason::kStoreAway,
                "the key store's file was moved or removed while in use; put it back, or restart "
                "with another");
  }

  bool HasTable(std::string_view name) override {
    int count = 0;
    const std::string wanted(name);
    *session_ << "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = :name",
        soci::into(count), soci::use(wanted);
    return count > 0;
  }

  bool IsEmpty() override {
    int count = 0;
    *session_ << "SELECT count(*) FROM sqlite_master", soci::into(count);
    return count == 0;
  }

 private:
  const std::unique_ptr<soci::session> session_;
};

}  // namespace

Result<std::unique_ptr<Database>> OpenSqlite(const std::filesystem::path& file,
                                             std::chrono::milliseconds busy_timeout) {
  // SOCI has no way to quote a quotation mark in a connection string.
  if (file.empty() ||
      file.native().find_first_of(std::string_view("\"\0", 2)) != std::string::npos) {
    return Fail(Code::kInvalidArgument, reason::kBadConfig,
                "the path of the key store must be the name of a file, without a quotation mark");
  }
  return WithSqlErrors("opening the key store", [&]() -> Result<std::unique_ptr<Database>> {
    // Absolute, so that no name means something special to SQLite (":memory:").
    const std::filesystem::path path = std::filesystem::absolute(file);
    if (const Outcome created = CreatePrivately(path); !created) return Forward(created);
    auto session = std::make_unique<soci::session>(*soci::factory_sqlite3(),
                                                   "dbname=\"" + path.string() + "\"");
    sqlite_api::sqlite3_extended_result_codes(Handle(*session), 1);
    sqlite_api::sqlite3_busy_timeout(Handle(*session), static_cast<int>(busy_timeout.count()));
    return std::make_unique<SqliteDatabase>(std::move(session));
  });
}

}  // namespace dkimkeeper
