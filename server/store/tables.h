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
inline constexpr std::array<std::string_view, 3> kStoreState{"id", "schema_version", "generation"};
inline constexpr std::array<std::string_view, 6> kDomains{
    "domain", "allow_underscore", "fail_policy", "created_at", "token", "standby_token"};
inline constexpr std::array<std::string_view, 4> kSenders{"domain", "sender", "token",
                                                          "standby_token"};
inline constexpr std::array<std::string_view, 21> kKeys{
    "domain",        "selector",     "sender",         "algorithm",   "rsa_bits",
    "origin",        "key_id",       "token",          "public_key",  "created_at",
    "published_at",  "activated_at", "retired_at",     "signs_until", "revoked_at",
    "destroying_at", "destroyed_at", "quarantined_at", "compromised", "override_reason",
    "override_by"};
inline constexpr std::array<std::string_view, 4> kKeyLacks{"domain", "selector", "position",
                                                           "attribute"};
inline constexpr std::array<std::string_view, 4> kGrants{"identity", "verb", "domain", "sender"};
inline constexpr std::array<std::string_view, 5> kRequests{"caller", "request_id", "fingerprint",
                                                           "subject", "recorded_at"};
inline constexpr std::array<std::string_view, 3> kTokens{"name", "backed_up_at", "compromised_at"};
}  // namespace columns

namespace tables {
inline constexpr Table kStoreState{"store_state", columns::kStoreState, 1};
inline constexpr Table kDomains{"domains", columns::kDomains, 1};
inline constexpr Table kSenders{"senders", columns::kSenders, 2};
inline constexpr Table kKeys{"keys", columns::kKeys, 2};
inline constexpr Table kKeyLacks{"key_lacks", columns::kKeyLacks, 3};
inline constexpr Table kGrants{"grants", columns::kGrants, 4};
inline constexpr Table kRequests{"requests", columns::kRequests, 2};
inline constexpr Table kTokens{"tokens", columns::kTokens, 1};
}  // namespace tables

}  // namespace dkimkeeper

#endif  // SERVER_STORE_TABLES_H_
