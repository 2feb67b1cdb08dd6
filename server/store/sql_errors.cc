#include "server/store/sql_errors.h"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <array>
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

struct StateRow {
  std::string_view begins;  // a class of states is its first two letters
  Code code;
  std::string_view reason;
  std::string_view advice;
};

// The first one that fits.
constexpr std::array kStates{
    StateRow{"53100", Code::kResourceExhausted, reason::kStorageFull,
             "nothing was changed; make room on the disk of the database"},
    StateRow{"40", Code::kUnavailable, reason::kStoreAway,
             "others wrote at the same time again and again; try again"},
    StateRow{"55P03", Code::kUnavailable, reason::kStoreAway,
             "another process keeps it locked; try again"},
    StateRow{"08", Code::kUnavailable, reason::kStoreAway,
             "the connection to the database is lost; it is made anew with the next call"},
    StateRow{"57", Code::kUnavailable, reason::kStoreAway,
             "the database stops, starts or takes too long; try again"},
    StateRow{"53", Code::kUnavailable, reason::kStoreAway,
             "the database is out of connections or memory; look into its log"},
    StateRow{"58", Code::kUnavailable, reason::kStoreAway,
             "the database has trouble with its disk; look into its log"},
    StateRow{"25006", Code::kUnavailable, reason::kStoreAway,
             "this database only reads; connect to the primary, or write target_session_attrs"},
    StateRow{"42501", Code::kUnavailable, reason::kStoreAway,
             "the database's user lacks the right; make it the owner of the tables"},
    StateRow{"XX001", Code::kInternal, reason::kStoreDamaged,
             "restore the key store from a backup"},
    StateRow{"XX002", Code::kInternal, reason::kStoreDamaged,
             "restore the key store from a backup"},
    StateRow{"42P01", Code::kInternal, reason::kStoreDamaged,
             "a table is missing; restore the key store from a backup"},
};

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

Error PostgresqlError(std::string_view sqlstate, std::string_view attempt) {
  const auto row = std::ranges::find_if(
      kStates, [&](const StateRow& state) { return sqlstate.starts_with(state.begins); });
  const bool known = row != kStates.end();
  Error error{known ? row->code : Code::kInternal,
              std::string(known ? row->reason : reason::kInternal),
              std::string(attempt) + ": PostgreSQL answered state " + std::string(sqlstate) + "; " +
                  std::string(known ? row->advice : "report this as a bug")};
  if (sqlstate.starts_with("40") || sqlstate == "55P03") error.retry_after = kRetryAfterBusy;
  return error;
}

bool IsConflict(const std::exception& exception) {
  const auto* postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&exception);
  return postgresql != nullptr && postgresql->sqlstate().starts_with("40");
}

Error SqlError(const std::exception& exception, std::string_view attempt) {
  if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&exception)) {
    return SqliteError(sqlite->result(), attempt);
  }
  if (const auto* connect = dynamic_cast<const ConnectError*>(&exception)) {
    return Error{Code::kUnavailable, std::string(reason::kStoreAway),
                 std::string(attempt) + ": " + connect->get_error_message() +
                     "; check that the database runs and takes this user"};
  }
  if (const auto* postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&exception)) {
    return PostgresqlError(postgresql->sqlstate(), attempt);
  }
  return Error{Code::kInternal, std::string(reason::kInternal),
               std::string(attempt) + ": the database library refused; report this as a bug"};
}

}  // namespace dkimkeeper
