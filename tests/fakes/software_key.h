// Key pairs outside any token, for tests: OpenSSL's default library, nothing of ours.
#ifndef TESTS_FAKES_SOFTWARE_KEY_H_
#define TESTS_FAKES_SOFTWARE_KEY_H_

#include <openssl/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "proto/dkim/public_key.h"
#include "proto/dkim/sha256_digest.h"

namespace dkimkeeper {

// A value; copies share the key. Thread-safe. Throws std::runtime_error when OpenSSL refuses.
class SoftwareKey {
 public:
  [[nodiscard]] static SoftwareKey Rsa(unsigned bits);
  [[nodiscard]] static SoftwareKey Ed25519();
  // PEM, as in the examples of RFC 6376 and RFC 8463.
  [[nodiscard]] static SoftwareKey FromPem(std::string_view pem);

  [[nodiscard]] PublicKey public_key() const;
  [[nodiscard]] unsigned rsa_bits() const;  // 0 for Ed25519
  // RFC 6376 §3.3.1, RFC 8463 §3.
  [[nodiscard]] std::string Sign(const Sha256Digest& digest) const;
  // PKCS#1 v1.5 with SHA-256; RFC 8032 over the note itself.
  [[nodiscard]] std::string SignNote(std::string_view note) const;
  // Unencrypted PKCS#8, mode 0600.
  void WritePem(const std::filesystem::path& path) const;

 private:
  explicit SoftwareKey(EVP_PKEY* key);
  [[nodiscard]] std::string SignEd25519(std::string_view message) const;

  std::shared_ptr<EVP_PKEY> key_;
};

// Verifies with the default library, whatever the code under test verified with.
[[nodiscard]] bool VerifySignature(const PublicKey& public_key, const Sha256Digest& digest,
                                   std::string_view signature);

[[nodiscard]] bool VerifyNote(const PublicKey& public_key, std::string_view note,
                              std::string_view signature);

// The digest of `text`, for tests that need some digest.
[[nodiscard]] Sha256Digest DigestOf(std::string_view text);

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_SOFTWARE_KEY_H_
