// KeyStore in an SQL database: an SQLite file, or a PostgreSQL server for several hosts.
#ifndef SERVER_STORE_SQL_STORE_H_
#define SERVER_STORE_SQL_STORE_H_

#include <chrono>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <string>

#include "proto/result.h"
#include "server/store/key_store.h"

namespace dkimkeeper {

struct SqlStoreOptions {
  // An SQLite file, created with mode 0600 when it is missing; its folder must exist, and holds the
  // write-ahead log beside it. Several processes of one host may have it open.
  std::filesystem::path file = {};
  // Instead of a file: how to connect to a PostgreSQL database (server/store/postgresql.h).
  std::string postgresql = {};
  std::filesystem::path password_file = {};
  // How long a call waits for another process's transaction.
  std::chrono::milliseconds busy_timeout{5000};
};

// Opens the store and brings its schema up to date. Beside the errors of all calls:
// INVALID_ARGUMENT/BAD_CONFIG for a path that cannot be a store or another program's database.
// What the store answered is on the disk. One call at a time; a second thread waits.
[[nodiscard]] Result<std::unique_ptr<KeyStore>> OpenSqlStore(const SqlStoreOptions& options);

// A copy of the whole store as text (server/store/dump.h). Daemons may serve from it meanwhile; a
// file is not made where there is none. Errors of WriteDump.
[[nodiscard]] Outcome BackUp(const SqlStoreOptions& options, std::ostream& out);

// Makes a new store of such a copy; no daemon serves from it yet. Errors of ReadDump.
[[nodiscard]] Outcome Restore(const SqlStoreOptions& options, std::istream& in, Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_SQL_STORE_H_
