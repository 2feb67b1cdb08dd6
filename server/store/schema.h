// The versioned schema of the SQL store.
#ifndef SERVER_STORE_SCHEMA_H_
#define SERVER_STORE_SCHEMA_H_

#include <soci/soci.h>

#include <cstdint>
#include <span>

#include "proto/result.h"
#include "server/store/database.h"
#include "server/store/migrations.h"

namespace dkimkeeper {

// The one row that says where the store stands.
struct StoreState {
  std::int64_t schema_version = 0;
  std::int64_t generation = 0;
};

// Throws soci_error. INTERNAL/STORE_DAMAGED when there is no such row or it holds no numbers.
[[nodiscard]] Result<StoreState> ReadState(soci::session& session);

// 0 for a database without tables. INVALID_ARGUMENT/BAD_CONFIG for another program's database.
// Only reads.
[[nodiscard]] Result<std::int64_t> SchemaVersion(Database& database);

// FAILED_PRECONDITION/STORE_TOO_NEW when `found` is newer than `known`.
[[nodiscard]] Outcome CheckNotTooNew(std::int64_t found, std::int64_t known);

// Brings the schema to the last of `migrations`, each step in its own transaction, so that an
// interrupted upgrade goes on where it stopped. Several processes may call it at once. A failed
// step leaves the version before it.
[[nodiscard]] Outcome Migrate(Database& database, std::span<const Migration> migrations);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_SCHEMA_H_
