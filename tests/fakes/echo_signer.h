// A signer without a key: the "signature" is the digest, repeated. So two signed messages are equal
// exactly when what was hashed was.
#ifndef TESTS_FAKES_ECHO_SIGNER_H_
#define TESTS_FAKES_ECHO_SIGNER_H_

#include <span>
#include <string>
#include <vector>

#include "dkimkeeper/digest_signer.h"

namespace dkimkeeper {

// Not thread-safe, because it remembers.
class EchoSigner final : public DigestSigner {
 public:
  [[nodiscard]] std::vector<Result<std::string>> SignDigests(
      std::span<const DigestToSign> items) override {
    asked_.assign(items.begin(), items.end());
    std::vector<Result<std::string>> results;
    for (const DigestToSign& item : items) {
      const int times = item.algorithm == Algorithm::kEd25519Sha256 ? 2 : 8;
      std::string signature;
      for (int i = 0; i < times; ++i) signature += item.digest.ToBytes();
      results.emplace_back(std::move(signature));
    }
    return results;
  }

  // The items of the last call.
  [[nodiscard]] const std::vector<DigestToSign>& asked() const { return asked_; }

 private:
  std::vector<DigestToSign> asked_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_ECHO_SIGNER_H_
