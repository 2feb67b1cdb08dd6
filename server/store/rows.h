// Values ↔ rows. Reading refuses only what writing could not have made, so that whatever a commit
// took can be loaded again.
#ifndef SERVER_STORE_ROWS_H_
#define SERVER_STORE_ROWS_H_

#include "proto/result.h"
#include "server/store/contents.h"
#include "server/store/key_store.h"
#include "server/store/row.h"

namespace dkimkeeper {

// Without its senders, which have a table of their own.
[[nodiscard]] Row RowOf(const DomainEntry& entry);
// A sender with its own placement, or an empty one.
[[nodiscard]] Row RowOf(const DomainEntry& entry, const Sender& sender);
// Without `lacks`, which has a table of its own.
[[nodiscard]] Row RowOf(const Key& key);
[[nodiscard]] Row RowOf(const KeyName& name, std::int64_t position, std::string_view lack);
// A scope's missing parts are "*".
[[nodiscard]] Row RowOf(const Grant& grant);
[[nodiscard]] Row RowOf(const RequestEntry& request);
[[nodiscard]] Row RowOf(const TokenRecord& record);

struct SenderRow {
  Domain domain;
  Sender sender;
  Placement placement;  // without a token: the domain's
};

struct LackRow {
  KeyName key;
  std::string attribute;
};

// Errors of all: INTERNAL/STORE_DAMAGED.
[[nodiscard]] Result<DomainEntry> ReadDomain(RowReader& row);
[[nodiscard]] Result<SenderRow> ReadSender(RowReader& row);
[[nodiscard]] Result<Key> ReadKey(RowReader& row);
[[nodiscard]] Result<LackRow> ReadLack(RowReader& row);
[[nodiscard]] Result<Grant> ReadGrant(RowReader& row);
[[nodiscard]] Result<RequestEntry> ReadRequest(RowReader& row);
[[nodiscard]] Result<TokenRecord> ReadToken(RowReader& row);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_ROWS_H_
