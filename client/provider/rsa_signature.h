// Signatures, provider-signature(7): RSA here, Ed25519 and what both share in signatures.cc.
#ifndef CLIENT_PROVIDER_RSA_SIGNATURE_H_
#define CLIENT_PROVIDER_RSA_SIGNATURE_H_

#include <cstddef>

#include "client/provider/dispatch.h"
#include "client/provider/reference_key.h"

namespace dkimkeeper::provider {

[[nodiscard]] const OSSL_DISPATCH* RsaSignature();

// Signs and writes into `signature`, which has `room`; its length into `size`. Without `signature`:
// the length alone. 0 with a complaint when it cannot.
int WriteSignature(const ReferenceKey& key, const Sha256Digest* digest, unsigned char* signature,
                   std::size_t* size, std::size_t room);

}  // namespace dkimkeeper::provider

#endif  // CLIENT_PROVIDER_RSA_SIGNATURE_H_
