// Signs with a private key from a PEM file: for tests, where a key may be a file.
#ifndef TESTS_FAKES_FILE_KEY_SIGNER_H_
#define TESTS_FAKES_FILE_KEY_SIGNER_H_

#include <openssl/types.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dkimkeeper/digest_signer.h"
#include "proto/dkim/algorithm.h"
#include "proto/result.h"

namespace dkimkeeper {

// One RSA or Ed25519 key, whatever domain and selector are asked for. Thread-safe.
class FileKeySigner final : public DigestSigner {
 public:
  // An unencrypted PEM private key. INVALID_ARGUMENT/BAD_OPTION: no such file or no such key.
  [[nodiscard]] static Result<std::unique_ptr<FileKeySigner>> Open(const std::string& pem_file);

  // FAILED_PRECONDITION/ALGORITHM_UNSUPPORTED for an item of the other algorithm.
  [[nodiscard]] std::vector<Result<std::string>> SignDigests(
      std::span<const DigestToSign> items) override;

  [[nodiscard]] Algorithm algorithm() const { return algorithm_; }

  // Whether `signature` is this key's over `digest`, checked with the public half.
  [[nodiscard]] bool Verifies(const Sha256Digest& digest, std::string_view signature) const;

 private:
  struct KeyDeleter {
    void operator()(EVP_PKEY* key) const;
  };
  using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;

  FileKeySigner(Key key, Algorithm algorithm) : key_(std::move(key)), algorithm_(algorithm) {}
  Result<std::string> Sign(const DigestToSign& item) const;

  Key key_;
  Algorithm algorithm_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_FILE_KEY_SIGNER_H_
