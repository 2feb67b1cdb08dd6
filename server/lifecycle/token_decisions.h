// What operators may say about a whole token, as pure functions. Each needs `administer` on
// everything: PERMISSION_DENIED/NO_GRANT. NOT_FOUND/TOKEN_UNKNOWN.
#ifndef SERVER_LIFECYCLE_TOKEN_DECISIONS_H_
#define SERVER_LIFECYCLE_TOKEN_DECISIONS_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/store/registry.h"
#include "server/tokens/token_terms.h"

namespace dkimkeeper {

// A backup of the token exists that was made at `made_at`; nothing: now.
// INVALID_ARGUMENT/BAD_OPTION for one of the future. An older one than is on record changes
// nothing.
[[nodiscard]] Result<Decision> DecideConfirmBackup(const View& view, const Identity& caller,
                                                   const std::string& token,
                                                   std::optional<Timestamp> made_at,
                                                   std::span<const TokenTerms> tokens,
                                                   Timestamp now);

// The token may be in other hands: each of its keys that is not DESTROYED is revoked at once, those
// being made or removed included, and nothing on it becomes active afterwards. Also for a token
// that is not configured any more, when keys of it are registered.
[[nodiscard]] Result<Decision> DecideCompromiseToken(const View& view, const Identity& caller,
                                                     const std::string& token,
                                                     std::span<const TokenTerms> tokens,
                                                     Timestamp now);

// A refused PIN may be tried again: nothing changes in the registry.
[[nodiscard]] Result<Decision> DecideLogIn(const View& view, const Identity& caller,
                                           const std::string& token,
                                           std::span<const TokenTerms> tokens);

// The keys of a token that are not DESTROYED, by domain and selector.
[[nodiscard]] std::vector<std::shared_ptr<const Key>> KeysOn(const View& view,
                                                             const std::string& token);

// A domain, sender and algorithm for which a key was active and none is now.
struct LineWithoutKey {
  Domain domain;
  Sender sender;
  Algorithm algorithm = Algorithm::kRsaSha256;
  friend auto operator<=>(const LineWithoutKey&, const LineWithoutKey&) = default;
};
// Those among the lines of `keys`, sorted.
[[nodiscard]] std::vector<LineWithoutKey> LinesWithoutKey(
    const View& view, const std::vector<std::shared_ptr<const Key>>& keys, Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_TOKEN_DECISIONS_H_
