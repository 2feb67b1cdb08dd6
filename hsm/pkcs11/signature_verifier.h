// Every signature is verified before it leaves.
#ifndef HSM_PKCS11_SIGNATURE_VERIFIER_H_
#define HSM_PKCS11_SIGNATURE_VERIFIER_H_

#include <optional>
#include <span>
#include <string_view>

#include "hsm/pkcs11/crypto_library.h"
#include "proto/dkim/public_key.h"
#include "proto/dkim/sha256_digest.h"

namespace dkimkeeper::pkcs11 {

// One public key, parsed once. Thread-safe. `library` must outlive this.
class SignatureVerifier {
 public:
  // Nothing for bytes that are no key.
  [[nodiscard]] static std::optional<SignatureVerifier> For(const CryptoLibrary& library,
                                                            const PublicKey& public_key);

  // RSA: PKCS#1 v1.5 with SHA-256 (RFC 8017 §8.2.2) of what `digest` is of. Ed25519: over `message`
  // itself (RFC 8032); with mail the message is the 32 bytes of the digest (RFC 8463 §3).
  [[nodiscard]] bool Verify(const Sha256Digest& digest, std::span<const std::uint8_t> message,
                            std::string_view signature) const;
  [[nodiscard]] bool Verify(const Sha256Digest& digest, std::string_view signature) const {
    return Verify(digest, digest.bytes(), signature);
  }

  // Of the modulus; 0 for Ed25519.
  [[nodiscard]] unsigned rsa_bits() const;

 private:
  SignatureVerifier(const CryptoLibrary& library, Algorithm algorithm, KeyPointer key)
      : library_(&library), algorithm_(algorithm), key_(std::move(key)) {}
  [[nodiscard]] bool VerifyRsa(const Sha256Digest& digest, std::string_view signature) const;
  [[nodiscard]] bool VerifyEd25519(std::span<const std::uint8_t> message,
                                   std::string_view signature) const;

  const CryptoLibrary* library_;
  Algorithm algorithm_;
  KeyPointer key_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_SIGNATURE_VERIFIER_H_
