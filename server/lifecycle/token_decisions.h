// What operators may say about a whole token, as pure functions. Each needs `administer` on
// everything: PERMISSION_DENIED/NO_GRANT. NOT_FOUND/TOKEN_UNKNOWN.
#ifndef SERVER_LIFECYCLE_TOKEN_DECISIONS_H_
#define SERVER_LIFECYCLE_TOKEN_DECISIONS_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/lifecycle/succession.h"

namespace dkimkeeper {

// A backup of the token exists that was made at `made_at`; nothing: now.
// INVALID_ARGUMENT/BAD_OPTION for one of the future. An older one than is on record changes
// nothing.
[[nodiscard]] Result<Decision> DecideConfirmBackup(const View& view, const Caller& caller,
                                                   const std::string& token,
                                                   std::optional<Timestamp> made_at,
                                                   std::span<const TokenTerms> tokens,
                                                   Timestamp now);

// The token may be in other hands: each of its keys that is not DESTROYED is revoked at once, those
// being made or removed included, and nothing on it becomes active afterwards. Also for a token
// that is not configured any more, when keys of it are registered. Proven standbys in other tokens
// take over in the same commit. `destroy_now`: the private keys go next.
[[nodiscard]] Result<Decision> DecideCompromiseToken(const View& view, const Caller& caller,
                                                     const std::string& token, bool destroy_now,
                                                     const Policy& policy,
                                                     std::span<const TokenTerms> tokens,
                                                     Timestamp now);

// A refused PIN may be tried again: nothing changes in the registry.
[[nodiscard]] Result<Decision> DecideLogIn(const View& view, const Caller& caller,
                                           const std::string& token,
                                           std::span<const TokenTerms> tokens);

// The keys of a token that are not DESTROYED, by domain and selector.
[[nodiscard]] std::vector<std::shared_ptr<const Key>> KeysOn(const View& view,
                                                             const std::string& token);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_TOKEN_DECISIONS_H_
