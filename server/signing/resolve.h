// From a request to the key that may fulfil it: in memory, without a lock, without the token.
#ifndef SERVER_SIGNING_RESOLVE_H_
#define SERVER_SIGNING_RESOLVE_H_

#include <cstdint>

#include "server/access/access_rules.h"
#include "server/keys/keyring.h"
#include "server/signing/sign_request.h"

namespace dkimkeeper {

// PERMISSION_DENIED/NO_GRANT or /HEADERS_REQUIRED comes before anything that would tell what
// exists. Then NOT_FOUND/KEY_UNKNOWN; INVALID_ARGUMENT/BAD_ALGORITHM;
// FAILED_PRECONDITION/KEY_QUARANTINED, /SELECTOR_NOT_ACTIVE, which names the selector that signs
// now; UNAVAILABLE/STORE_AWAY where the keyring is too old to sign with a key whose turn may be
// over (SignsWithStale). Pure.
enum class KeyringAge : std::uint8_t { kFresh, kStale };
[[nodiscard]] Result<SignOrder> Resolve(const AccessRules& rules, const Keyring& keyring,
                                        const Caller& caller, const SignRequest& request,
                                        Timestamp now, KeyringAge age = KeyringAge::kFresh);

}  // namespace dkimkeeper

#endif  // SERVER_SIGNING_RESOLVE_H_
