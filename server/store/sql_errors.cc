#include "server/store/sql_errors.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <chrono>
#include <string>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// Worth a retry once another daemon's transaction has ended.
constexpr std::chrono::milliseconds kRetryAfterBusy{200};

// The extended codes of a write that the file system refused: a full disk or quota, a limit on
// the file's size. A failed read is not among them.
bool IsRefusedWrite(int code) {
  switch (code) {
    case SQLITE_FULL:
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
    case SQLITE_IOERR_TRUNCATE:
    case SQLITE_IOERR_SHMSIZE:
      return true;
    default:
      return false;
  }
}

Error Make(Code code, std::string_view reason, std::string_view attempt, int sqlite_code,
           std::string_view advice) {
  return Error{code, std::string(reason),
               std::string(attempt) + ": " + sqlite_api::sqlite3_errstr(sqlite_code) +
                   " (SQLite code " + std::to_string(sqlite_code) + "); " + std::string(advice)};
}

}  // namespace

Error SqliteError(int code, std::string_view attempt) {
  if (IsRefusedWrite(code)) {
    return Make(Code::kResourceExhausted, reason::kStorageFull, attempt, code,
                "nothing was changed; make room on the disk of the key store");
  }
  switch (code & 0xff) {  // the primary code
    case SQLITE_BUSY:
    case SQLITE_LOCKED: {
      Error error = Make(Code::kUnavailable, reason::kStoreAway, attempt, code,
                         "another process keeps it locked; try again");
      error.retry_after = kRetryAfterBusy;
      return error;
    }
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Make(Code::kInternal, reason::kStoreDamaged, attempt, code,
                  "restore the key store from a backup");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_PROTOCOL:
      return Make(Code::kUnavailable, reason::kStoreAway, attempt, code,
                  "check that the file and its folder exist, are writable and are on a healthy "
                  "disk");
    default:
      return Make(Code::kInternal, reason::kInternal, attempt, code, "report this as a bug");
  }
}

Error SqlError(const std::exception& exception, std::string_view attempt) {
  if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&exception)) {
    return SqliteError(sqlite->result(), attempt);
  }
  return Error{Code::kInternal, std::string(reason::kInternal),
               std::string(attempt) + ": the database library refused; report this as a bug"};
}

}  // namespace dkimkeeper
