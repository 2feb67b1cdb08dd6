// The steps that make the schema of the SQL store, from the first version to this program's.
#ifndef SERVER_STORE_MIGRATIONS_H_
#define SERVER_STORE_MIGRATIONS_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace dkimkeeper {

// A step from the version before to `version`. Once released it is never edited: a change of the
// schema is a further step.
struct Migration {
  std::int64_t version = 0;
  std::span<const std::string_view> statements;
};

// Versions 1, 2, … without a gap; the last one is what this program reads and writes.
[[nodiscard]] std::span<const Migration> Migrations();

}  // namespace dkimkeeper

#endif  // SERVER_STORE_MIGRATIONS_H_
