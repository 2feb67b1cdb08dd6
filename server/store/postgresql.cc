#include "server/store/postgresql.h"

#include <soci/postgresql/soci-postgresql.h>

#include <string_view>
#include <utility>

#include "proto/base/read_file.h"
#include "proto/reason.h"
#include "server/store/sql_errors.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxPasswordBytes = 4096;

// What libpq does unless the operator says otherwise: a server that went away without a word is
// noticed within seconds.
constexpr std::string_view kDefaults =
    "application_name=dkimkeeperd connect_timeout=5 keepalives_idle=10 keepalives_interval=5"
    " keepalives_count=3 tcp_user_timeout=15000 ";

// "password='…' ", with what means something between quotes escaped.
std::string PasswordOption(const std::filesystem::path& file) {
  if (file.empty()) return "";
  auto text = ReadFile(file.string(), kMaxPasswordBytes);
  if (!text) throw ConnectError("its password_file " + text.error().message);
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  std::string option = "password='";
  for (const char c : *text) {
    if (c == '\'' || c == '\\') option += '\\';
    option += c;
  }
  return option + "' ";
}

// libpq's reason on one line. It names host, user and database, and nothing of the password, which
// stands before what an operator may have written wrongly.
std::string ReasonIn(const soci::soci_error& error) {
  constexpr std::string_view kHeading = "Cannot establish connection to the database.";
  std::string text = error.get_error_message();
  if (text.starts_with(kHeading)) text.erase(0, kHeading.size());
  std::string line;
  for (const char c : text) {
    const bool blank = static_cast<unsigned char>(c) <= ' ';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

class PostgresqlDatabase final : public Database {
 public:
  explicit PostgresqlDatabase(PostgresqlOptions options) : options_(std::move(options)) {}

  soci::session& session() override { return session_; }

  void Connect() {
    session_.close();
    const std::string connection =
        PasswordOption(options_.password_file) + std::string(kDefaults) + options_.connection;
    try {
      session_.open(*soci::factory_postgresql(), connection);
    } catch (const soci::soci_error& error) {
      throw ConnectError(ReasonIn(error));
    }
    for (const std::string& setting :
         {std::string("client_min_messages = error"),  // libpq would print notices
          std::string("client_encoding = 'UTF8'"), std::string("statement_timeout = '60s'"),
          std::string("idle_in_transaction_session_timeout = '60s'"),
          "lock_timeout = " + std::to_string(options_.busy_timeout.count())}) {
      session_ << "SET " + setting;
    }
    // What a commit answered is on the disk.
    session_ << "SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') = 'off'";
  }

  // A server that was restarted meanwhile costs nobody a call: SOCI asks it whether it is there.
  void Begin(TransactionKind kind) override {
    if (!session_.is_connected()) Connect();
    switch (kind) {
      case TransactionKind::kRead:
        session_ << "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        return;
      case TransactionKind::kWrite:
        session_ << "BEGIN ISOLATION LEVEL SERIALIZABLE";
        return;
      case TransactionKind::kUpgrade:
        // Not above READ COMMITTED: what the holder of the lock before did must be seen.
        session_ << "BEGIN ISOLATION LEVEL READ COMMITTED";
        session_ << "SELECT pg_advisory_xact_lock(1145785677)";  // "DKIM"
        return;
    }
  }

  Outcome MakeDurable() override {
    std::string encoding;
    session_ << "SHOW server_encoding", soci::into(encoding);
    if (encoding == "UTF8") return {};
    return Fail(Code::kUnavailable, reason::kStoreAway,
                "opening the key store: its database has the encoding " + encoding +
                    "; create one with ENCODING 'UTF8'");
  }

  Outcome CheckInPlace() override { return {}; }

  bool HasTable(std::string_view name) override {
    int count = 0;
    const std::string wanted(name);
    session_ << "SELECT count(*) FROM pg_tables"
                " WHERE schemaname = current_schema() AND tablename = :name",
        soci::into(count), soci::use(wanted);
    return count > 0;
  }

  bool IsEmpty() override {
    int count = 0;
    session_ << "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()",
        soci::into(count);
    return count == 0;
  }

 private:
  const PostgresqlOptions options_;
  soci::session session_;
};

}  // namespace

Result<std::unique_ptr<Database>> OpenPostgresql(const PostgresqlOptions& options) {
  return WithSqlErrors("opening the key store", [&]() -> Result<std::unique_ptr<Database>> {
    auto database = std::make_unique<PostgresqlDatabase>(options);
    database->Connect();
    return database;
  });
}

}  // namespace dkimkeeper
