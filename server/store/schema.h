// The versioned schema of the SQL store.
#ifndef SERVER_STORE_SCHEMA_H_
#define SERVER_STORE_SCHEMA_H_

#include <soci/soci.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// A step from the version before to `version`. Once released it is never edited: a change of the
// schema is a further step.
struct Migration {
  std::int64_t version = 0;
  std::span<const std::string_view> statements;
};

// Versions 1, 2, … without a gap; the last one is what this program reads and writes.
[[nodiscard]] std::span<const Migration> Migrations();

// The one row that says where the store stands.
struct StoreState {
  std::int64_t schema_version = 0;
  std::int64_t generation = 0;
};

// Throws soci_error. INTERNAL/STORE_DAMAGED when there is no such row or it holds no numbers.
[[nodiscard]] Result<StoreState> ReadState(soci::session& session);

// 0 for a database without tables. INVALID_ARGUMENT/BAD_CONFIG for another program's database.
// Only reads.
[[nodiscard]] Result<std::int64_t> SchemaVersion(soci::session& session);

// FAILED_PRECONDITION/STORE_TOO_NEW when `found` is newer than `known`.
[[nodiscard]] Outcome CheckNotTooNew(std::int64_t found, std::int64_t known);

// Brings the schema to the last of `migrations`, each step in its own transaction, so that an
// interrupted upgrade goes on where it stopped. Several processes may call it at once. A failed
// step leaves the version before it.
[[nodiscard]] Outcome Migrate(soci::session& session, std::span<const Migration> migrations);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_SCHEMA_H_
