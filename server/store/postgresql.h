// The store's database in a PostgreSQL server.
#ifndef SERVER_STORE_POSTGRESQL_H_
#define SERVER_STORE_POSTGRESQL_H_

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "proto/result.h"
#include "server/store/database.h"

namespace dkimkeeper {

struct PostgresqlOptions {
  // As libpq takes it, keyword=value, and without a password (PostgreSQL's manual, §34.1.1): what
  // is wrong with it is told with its words.
  std::string connection;
  // Holds the password and at most an end of line; read for each connection. Empty: libpq's own
  // means, e.g. peer authentication or ~/.pgpass.
  std::filesystem::path password_file;
  // How long a statement waits for another process's transaction.
  std::chrono::milliseconds busy_timeout{5000};
};

// Connects. The tables are those of the first schema in the user's search_path. A connection that
// was lost is made anew by the next Begin. UNAVAILABLE/STORE_AWAY.
//
// A write is SERIALIZABLE: of two that cannot have come one after the other, one fails
// (server/store/sql_errors.h, IsConflict). MakeDurable refuses a database that does not keep every
// Unicode text.
[[nodiscard]] Result<std::unique_ptr<Database>> OpenPostgresql(const PostgresqlOptions& options);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_POSTGRESQL_H_
