// Values ↔ rows. Reading refuses only what writing could not have made, so that whatever a commit
// took can be loaded again.
#ifndef SERVER_STORE_ROWS_H_
#define SERVER_STORE_ROWS_H_

#include <optional>
#include <string>
#include <utility>

#include "proto/result.h"
#include "server/access/authorized.h"
#include "server/store/contents.h"
#include "server/store/row.h"

namespace dkimkeeper {

// Without its senders and its policy, which have tables of their own.
[[nodiscard]] Row RowOf(const DomainEntry& entry);
// A sender with its own placement, or an empty one.
[[nodiscard]] Row RowOf(const DomainEntry& entry, const Sender& sender);

// One thing that a domain, or one of its senders, says of its policy.
struct SettingRow {
  Domain domain;
  std::optional<Sender> sender;
  std::pair<std::string, std::string> setting;  // name, value
};
[[nodiscard]] Row RowOf(const SettingRow& setting);

// A scope's missing parts are "*".
[[nodiscard]] Row RowOf(const LimitedGrant& grant);
[[nodiscard]] Row RowOf(const Membership& membership);
[[nodiscard]] Row RowOf(const TokenRecord& record);
// Of reserved_selectors.
[[nodiscard]] Row RowOf(const KeyName& reserved);

struct SenderRow {
  Domain domain;
  Sender sender;
  Placement placement;  // without a token: the domain's
  std::optional<Timestamp> removing_at;
};

// Errors of all: INTERNAL/STORE_DAMAGED.
[[nodiscard]] Result<DomainEntry> ReadDomain(RowReader& row);
[[nodiscard]] Result<SenderRow> ReadSender(RowReader& row);
[[nodiscard]] Result<SettingRow> ReadSetting(RowReader& row);
[[nodiscard]] Result<LimitedGrant> ReadGrant(RowReader& row);
[[nodiscard]] Result<Membership> ReadMembership(RowReader& row);
[[nodiscard]] Result<TokenRecord> ReadToken(RowReader& row);
[[nodiscard]] Result<KeyName> ReadReserved(RowReader& row);
[[nodiscard]] Result<std::optional<Timestamp>> ReadWaitsFrom(RowReader& row);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_ROWS_H_
