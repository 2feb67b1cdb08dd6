// Keys ↔ rows of `keys` and `former_keys`, which have the same columns.
#ifndef SERVER_STORE_KEY_ROWS_H_
#define SERVER_STORE_KEY_ROWS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/result.h"
#include "server/store/contents.h"
#include "server/store/row.h"

namespace dkimkeeper {

// Without `lacks`, which has a table of its own.
[[nodiscard]] Row RowOf(const Key& key);
[[nodiscard]] Row RowOf(const KeyName& name, std::int64_t position, std::string_view lack);

struct LackRow {
  KeyName key;
  std::string attribute;
};

struct FormerLackRow {
  KeyName key;
  KeyId id;
  std::string attribute;
};

// Errors of all: INTERNAL/STORE_DAMAGED.
[[nodiscard]] Result<Key> ReadKey(RowReader& row);
[[nodiscard]] Result<LackRow> ReadLack(RowReader& row);
[[nodiscard]] Result<FormerLackRow> ReadFormerLack(RowReader& row);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_KEY_ROWS_H_
