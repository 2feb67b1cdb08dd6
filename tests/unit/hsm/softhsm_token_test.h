// A test on a token of SoftHSM whose calls can be made to fail.
#ifndef TESTS_UNIT_HSM_SOFTHSM_TOKEN_TEST_H_
#define TESTS_UNIT_HSM_SOFTHSM_TOKEN_TEST_H_

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "hsm/pkcs11/pkcs11_token.h"
#include "tests/fakes/softhsm_token_dir.h"
#include "tests/fakes/software_key.h"
#include "tests/unit/hsm/faulty_cryptoki.h"

namespace dkimkeeper::pkcs11 {

class SoftHsmTokenTest : public testing::Test {
 protected:
  // Recoveries may follow each other at once.
  Pkcs11Options options() const {
    return {.name = "test",
            .module_path = SoftHsmTokenDir::module_path(),
            .token = {.label = softhsm_.label()},
            .pin = PinReference::File(softhsm_.pin_file()),
            .sessions = 4,
            .start_up_time = std::chrono::milliseconds(0),
            .login_interval = std::chrono::milliseconds(0),
            .reinitialise_interval = std::chrono::milliseconds(0)};
  }

  Result<std::unique_ptr<Token>> TryOpen(const Pkcs11Options& with) {
    return Pkcs11Token::Open(with, faults_.interceptor());
  }
  void Open(const Pkcs11Options& with) {
    Result<std::unique_ptr<Token>> token = TryOpen(with);
    if (!token) throw std::runtime_error(token.error().reason + ": " + token.error().message);
    token_ = std::move(*token);
  }

  static Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }

  TokenKey Generate(Algorithm algorithm = Algorithm::kEd25519Sha256) {
    Result<TokenKey> key = token_->GenerateKeyPair(
        {.id = KeyId::Random(), .algorithm = algorithm, .label = "dkim:example.com:s1"}, Soon());
    if (!key) throw std::runtime_error(key.error().reason + ": " + key.error().message);
    return *key;
  }

  // The reason of the failure; "" for a signature that verifies.
  std::string Sign(const TokenKey& key) {
    const Sha256Digest digest = DigestOf("mail");
    const Result<std::string> signature = token_->Sign(key.id, digest, Soon());
    if (!signature) return signature.error().reason;
    return VerifySignature(key.public_key, digest, *signature) ? "" : "a wrong signature";
  }

  SoftHsmTokenDir softhsm_;
  FaultyCryptoki faults_;
  std::unique_ptr<Token> token_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // TESTS_UNIT_HSM_SOFTHSM_TOKEN_TEST_H_
