// A key as the provider has it: its name, its public half, and who signs.
#ifndef CLIENT_PROVIDER_REFERENCE_KEY_H_
#define CLIENT_PROVIDER_REFERENCE_KEY_H_

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "client/provider/provider_context.h"
#include "client/reference/reference_body.h"
#include "proto/dkim/sha256_digest.h"

namespace dkimkeeper::provider {

// Thread-safe; never changes.
class ReferenceKey {
 public:
  // Nothing, without a word in the error queue, where the body's public key is none.
  [[nodiscard]] static std::shared_ptr<const ReferenceKey> Make(ContextShare provider,
                                                                ReferenceBody body);

  [[nodiscard]] const ProviderContext& provider() const { return *provider_; }
  [[nodiscard]] Algorithm algorithm() const { return body_.public_key.algorithm; }
  [[nodiscard]] const Reference& reference() const { return body_.reference; }
  // In the provider's own library context.
  [[nodiscard]] EVP_PKEY* public_half() const { return public_half_.get(); }
  [[nodiscard]] std::size_t signature_size() const;

  // Asks the agent. What does not verify under the public half does not leave: the file is older
  // than the key that has its name now. INTERNAL/BAD_SIGNATURE, or the client's errors.
  [[nodiscard]] Result<std::string> Sign(const Sha256Digest& digest) const;

 private:
  ReferenceKey(ContextShare provider, ReferenceBody body, PublicHalf public_half)
      : provider_(std::move(provider)),
        body_(std::move(body)),
        public_half_(std::move(public_half)) {}

  [[nodiscard]] bool Verifies(const Sha256Digest& digest, const std::string& signature) const;

  const ContextShare provider_;
  const ReferenceBody body_;
  const PublicHalf public_half_;
};

// What the core holds for a key, and hands back.
using KeyShare = std::shared_ptr<const ReferenceKey>;

// "RSA" or "ED25519": the name of its key management and of its signature.
[[nodiscard]] const char* OpenSslName(Algorithm algorithm);

// Tells the core about a key that was loaded; it takes it by the reference or it goes. What the
// callback answers.
int HandOver(KeyShare key, OSSL_CALLBACK* callback, void* argument);

}  // namespace dkimkeeper::provider

#endif  // CLIENT_PROVIDER_REFERENCE_KEY_H_
