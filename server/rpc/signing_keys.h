// The list of keys that a caller may sign with now.
#ifndef SERVER_RPC_SIGNING_KEYS_H_
#define SERVER_RPC_SIGNING_KEYS_H_

#include <optional>

#include "dkimkeeper/v1/signing.pb.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Pure. `domain` narrows the list where it is set, and adds the public keys.
[[nodiscard]] v1::ListSigningKeysResponse SigningKeysFor(const View& view, const Caller& caller,
                                                         const std::optional<Domain>& domain,
                                                         Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_SIGNING_KEYS_H_
