// What a token says of its keys, beside what the registry says: pure.
#ifndef SERVER_LIFECYCLE_TOKEN_ATTESTATION_H_
#define SERVER_LIFECYCLE_TOKEN_ATTESTATION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hsm/token.h"
#include "server/store/registry.h"

namespace dkimkeeper {

enum class Agreement : std::uint8_t {
  kAgrees,   // same token, id and public key
  kUnknown,  // the registry does not know it
  kDiffers,  // the registry has another public key under this id
  kMissing,  // the registry has it and the token does not
  kService,  // serves this service itself (health, audit): no key of the registry
};

// One key: what the token holds, what the registry has, or both.
struct AttestedKey {
  Agreement agreement = Agreement::kUnknown;
  std::optional<TokenKey> held = {};           // nothing: kMissing
  std::shared_ptr<const Key> registered = {};  // null: kUnknown, kService
  // SHA-256 of the public key as p= holds it, lower-case hexadecimal: the token's, where it holds
  // one.
  std::string fingerprint = {};
  // The token says that it never left: born there, sensitive and unextractable ever since. Never of
  // a key that was imported, is not in the registry or differs from it.
  bool attested = false;
};

// All keys of `token`, by id: `held` is what it says it holds.
[[nodiscard]] std::vector<AttestedKey> Attest(const View& view, const std::string& token,
                                              std::vector<TokenKey> held);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_TOKEN_ATTESTATION_H_
