// What every Token promises, as tests. Each implementation is run through the same suite.
#ifndef TESTS_CONTRACT_TOKEN_CONTRACT_H_
#define TESTS_CONTRACT_TOKEN_CONTRACT_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "hsm/token.h"
#include "tests/fakes/software_key.h"

namespace dkimkeeper {

// A token, and the hands of somebody outside of it.
class TokenUnderTest {
 public:
  TokenUnderTest() = default;
  TokenUnderTest(const TokenUnderTest&) = delete;
  TokenUnderTest& operator=(const TokenUnderTest&) = delete;
  virtual ~TokenUnderTest() = default;

  virtual Token& token() = 0;
  // Puts a key pair into the token that was not generated there. False: this one takes none.
  virtual bool Import(const KeyId& id, const SoftwareKey& key, const std::string& label) = 0;
};

struct TokenImplementation {
  std::string name;
  std::function<std::unique_ptr<TokenUnderTest>()> make;
};
void PrintTo(const TokenImplementation& implementation, std::ostream* out);

class TokenContract : public testing::TestWithParam<TokenImplementation> {
 protected:
  TokenContract() : under_test_(GetParam().make()) {}

  Token& token() { return under_test_->token(); }
  TokenUnderTest& under_test() { return *under_test_; }

  // Far enough away.
  [[nodiscard]] static Deadline Soon();

  // What the token lists; rsa-sha256 is among them.
  [[nodiscard]] std::vector<Algorithm> Algorithms() { return token().Info().algorithms; }
  // For a test that needs a key of any kind: Ed25519, which is born in no time, where it is listed.
  [[nodiscard]] Algorithm AnyAlgorithm();

  // Generates; a failure is a failed test and yields nothing to go on with.
  TokenKey Generate(Algorithm algorithm, KeyPurpose purpose = KeyPurpose::kDkim,
                    unsigned rsa_bits = 2048);
  void ExpectSigns(const TokenKey& key, std::string_view text);

 private:
  std::unique_ptr<TokenUnderTest> under_test_;
};

}  // namespace dkimkeeper

#endif  // TESTS_CONTRACT_TOKEN_CONTRACT_H_
