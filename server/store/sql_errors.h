// Exceptions of SOCI → Error, in one table.
#ifndef SERVER_STORE_SQL_ERRORS_H_
#define SERVER_STORE_SQL_ERRORS_H_

#include <soci/soci.h>

#include <exception>
#include <string_view>
#include <utility>

#include "proto/result.h"

namespace dkimkeeper {

// The database cannot be reached; what() says why and holds no secret.
class ConnectError : public soci::soci_error {
 public:
  using soci::soci_error::soci_error;
};

// What a result code of SQLite means for a caller. `code` may be an extended one
// (sqlite.org/rescode.html). The text is the database's fixed sentence for that code: it holds no
// statement and no value.
[[nodiscard]] Error SqliteError(int code, std::string_view attempt);

// The same for a state of PostgreSQL (its manual, appendix A).
[[nodiscard]] Error PostgresqlError(std::string_view sqlstate, std::string_view attempt);

// Whether it happened because another transaction was quicker: all of it may be done again.
[[nodiscard]] bool IsConflict(const std::exception& exception);

// Never uses what(): SOCI puts the statement and all its parameters in it.
[[nodiscard]] Error SqlError(const std::exception& exception, std::string_view attempt);

// Calls `act`, a function that answers a Result or an Outcome; what a library throws in it becomes
// an Error that begins with `attempt`, e.g. "reading the key store".
template <typename Act>
auto WithSqlErrors(std::string_view attempt, Act&& act) -> decltype(act()) {
  try {
    return std::forward<Act>(act)();
  } catch (const std::exception& exception) {
    return tl::unexpected<Error>(SqlError(exception, attempt));
  }
}

}  // namespace dkimkeeper

#endif  // SERVER_STORE_SQL_ERRORS_H_
