// The tables of the SQL store: one list of columns each, from which all statements are made.
#ifndef SERVER_STORE_TABLES_H_
#define SERVER_STORE_TABLES_H_

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace dkimkeeper {

// A table as the newest schema has it (server/store/schema.cc creates it).
struct Table {
  std::string_view name;
  std::span<const std::string_view> columns;  // those of the primary key come first
  std::size_t key_columns = 0;

  [[nodiscard]] std::span<const std::string_view> key() const { return columns.first(key_columns); }
};

namespace columns {
// Those that every version has had: it says which version it is.
inline constexpr std::array<std::string_view, 3> kStoreState{"id", "schema_version", "generation"};
inline constexpr std::array<std::string_view, 2> kWaits{"id", "waits_from"};
inline constexpr std::array<std::string_view, 10> kDomains{
    "domain",        "allow_underscore", "fail_policy", "created_at",  "token",
    "standby_token", "paused_at",        "waits_from",  "removing_at", "delegation_label"};
inline constexpr std::array<std::string_view, 5> kSenders{"domain", "sender", "token",
                                                          "standby_token", "removing_at"};
inline constexpr std::array<std::string_view, 4> kSettings{"domain", "sender", "name", "value"};
inline constexpr std::array<std::string_view, 40> kKeys{"domain",
                                                        "selector",
                                                        "key_id",
                                                        "sender",
                                                        "algorithm",
                                                        "rsa_bits",
                                                        "origin",
                                                        "token",
                                                        "public_key",
                                                        "created_at",
                                                        "published_at",
                                                        "activated_at",
                                                        "retired_at",
                                                        "signs_until",
                                                        "revoked_at",
                                                        "destroying_at",
                                                        "destroyed_at",
                                                        "quarantined_at",
                                                        "compromised",
                                                        "override_reason",
                                                        "override_by",
                                                        "publisher",
                                                        "shown_begun_at",
                                                        "shown_asked_at",
                                                        "shown_proven_at",
                                                        "withdrawn_begun_at",
                                                        "withdrawn_asked_at",
                                                        "withdrawn_proven_at",
                                                        "removed_begun_at",
                                                        "removed_asked_at",
                                                        "removed_proven_at",
                                                        "record_foreign",
                                                        "usable_from",
                                                        "proof_renewed_at",
                                                        "record_lost_at",
                                                        "rotate_at",
                                                        "stop_generation",
                                                        "stopped_at",
                                                        "destroy_now",
                                                        "handed_over_at"};
inline constexpr std::array<std::string_view, 4> kKeyLacks{"domain", "selector", "position",
                                                           "attribute"};
inline constexpr std::array<std::string_view, 5> kFormerKeyLacks{"domain", "selector", "key_id",
                                                                 "position", "attribute"};
inline constexpr std::array<std::string_view, 2> kReservedSelectors{"domain", "selector"};
inline constexpr std::array<std::string_view, 11> kGrants{
    "identity",   "verb",        "domain",     "sender",  "algorithms",      "networks",
    "valid_from", "valid_until", "per_second", "per_day", "headers_required"};
inline constexpr std::array<std::string_view, 2> kGroupMembers{"group_name", "member"};
inline constexpr std::array<std::string_view, 5> kRequests{"caller", "request_id", "fingerprint",
                                                           "subject", "recorded_at"};
inline constexpr std::array<std::string_view, 3> kTokens{"name", "backed_up_at", "compromised_at"};
inline constexpr std::array<std::string_view, 5> kLease{"id", "holder", "fence", "held_until",
                                                        "watched_until"};
inline constexpr std::array<std::string_view, 3> kDaemons{"name", "generation", "heard_at"};
inline constexpr std::array<std::string_view, 3> kAgents{"identity", "generation", "seen_at"};
inline constexpr std::array<std::string_view, 3> kChecks{"key_id", "checked_at", "findings"};
inline constexpr std::array<std::string_view, 4> kCheckpoints{"origin", "size", "signed_at",
                                                              "note"};
inline constexpr std::array<std::string_view, 14> kApprovals{
    "id",      "act",          "method",     "parameters", "domain",     "sender",     "requester",
    "address", "requested_at", "expires_at", "approved",   "decided_by", "decided_at", "outcome"};
inline constexpr std::array<std::string_view, 1> kApprovalRule{"act"};
}  // namespace columns

namespace tables {
inline constexpr Table kStoreState{"store_state", columns::kStoreState, 1};
inline constexpr Table kWaits{"store_state", columns::kWaits, 1};  // of the same row
inline constexpr Table kDomains{"domains", columns::kDomains, 1};
inline constexpr Table kSenders{"senders", columns::kSenders, 2};
// What domains and, with a sender, senders say of their policy. Sender '': the domain itself.
inline constexpr Table kSettings{"settings", columns::kSettings, 3};
inline constexpr Table kKeys{"keys", columns::kKeys, 2};
inline constexpr Table kKeyLacks{"key_lacks", columns::kKeyLacks, 3};
// Keys whose selector was used anew.
inline constexpr Table kFormerKeys{"former_keys", columns::kKeys, 3};
inline constexpr Table kFormerKeyLacks{"former_key_lacks", columns::kFormerKeyLacks, 4};
inline constexpr Table kReservedSelectors{"reserved_selectors", columns::kReservedSelectors, 2};
// Of groups, too: "group:…" stands for an identity or a domain.
inline constexpr Table kGrants{"grants", columns::kGrants, 4};
inline constexpr Table kGroupMembers{"group_members", columns::kGroupMembers, 2};
inline constexpr Table kRequests{"requests", columns::kRequests, 2};
inline constexpr Table kTokens{"tokens", columns::kTokens, 1};
inline constexpr Table kLease{"lease", columns::kLease, 1};  // one row, id 1, from the beginning
inline constexpr Table kDaemons{"daemons", columns::kDaemons, 1};
inline constexpr Table kAgents{"agent_acknowledgements", columns::kAgents, 1};
inline constexpr Table kChecks{"checks", columns::kChecks, 1};
inline constexpr Table kCheckpoints{"audit_checkpoints", columns::kCheckpoints, 1};
inline constexpr Table kApprovals{"approval_requests", columns::kApprovals, 1};
inline constexpr Table kApprovalRule{"approval_rule", columns::kApprovalRule, 1};
}  // namespace tables

}  // namespace dkimkeeper

#endif  // SERVER_STORE_TABLES_H_
