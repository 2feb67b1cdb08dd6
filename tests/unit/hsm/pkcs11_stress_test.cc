// Everything at once, for ThreadSanitizer as much as for the counts.
#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "proto/reason.h"
#include "tests/unit/hsm/softhsm_token_test.h"

namespace dkimkeeper::pkcs11 {
namespace {

constexpr int kSigners = 4;
constexpr int kSignaturesEach = 120;
constexpr int kGenerations = 8;

class Stress : public SoftHsmTokenTest {
 protected:
  void SetUp() override {
    Open(options());
    for (int i = 0; i < 3; ++i) keys_.push_back(Generate());
  }

  // Signs with all keys in turn; counts what went wrong, which is nothing that a caller sees.
  void SignMany(int seed) {
    for (int i = 0; i < kSignaturesEach; ++i) {
      const TokenKey& key = keys_[static_cast<std::size_t>(seed + i) % keys_.size()];
      const Sha256Digest digest = DigestOf(std::to_string(seed) + "/" + std::to_string(i));
      const Result<std::string> signature = token_->Sign(key.id, digest, Soon());
      if (Succeeds("Sign", signature) && !VerifySignature(key.public_key, digest, *signature)) {
        ++wrong_;
      }
    }
  }

  void GenerateAndDestroy() {
    for (int i = 0; i < kGenerations; ++i) {
      const KeySpec spec{.id = KeyId::Random(),
                         .algorithm = Algorithm::kEd25519Sha256,
                         .label = "dkim:example.com:new"};
      Succeeds("GenerateKeyPair", token_->GenerateKeyPair(spec, Soon()));
      Succeeds("Sign", token_->Sign(spec.id, DigestOf("new"), Soon()));
      Succeeds("FindKeys", token_->FindKeys(Soon()));
      Succeeds("DestroyPermanently", token_->DestroyPermanently(spec.id, Soon()));
    }
  }

  void RunAll() {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kSigners; ++t) threads.emplace_back([this, t] { SignMany(t); });
    threads.emplace_back([this] { GenerateAndDestroy(); });
    threads.emplace_back([this] {
      for (int i = 0; i < kGenerations; ++i) {
        static_cast<void>(token_->Info());
        Succeeds("CheckHealth", token_->CheckHealth(Soon()));
      }
    });
  }

  // The call, and why it failed.
  template <typename T>
  bool Succeeds(const char* call, const Result<T>& result) {
    if (result) return true;
    const std::lock_guard lock(mutex_);
    failures_.push_back(std::string(call) + ": " + result.error().message);
    return false;
  }

  std::vector<TokenKey> keys_;
  std::mutex mutex_;  // guards failures_
  std::vector<std::string> failures_;
  std::atomic<int> wrong_ = 0;
};

TEST_F(Stress, SigningGeneratingAndDestroyingTogether) {
  RunAll();
  EXPECT_EQ(wrong_, 0);
  EXPECT_THAT(failures_, testing::IsEmpty());
  const Result<std::vector<TokenKey>> keys = token_->FindKeys(Soon());
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->size(), keys_.size() + 1) << "the signing keys and the health key";
}

TEST_F(Stress, SessionsLoginAndDeviceFailingUnderLoad) {
  for (unsigned n = 10; n < kSigners * kSignaturesEach; n += 40) {
    faults_.Fail(Function::kSignInit, CKR_SESSION_HANDLE_INVALID, n);
    faults_.Fail(Function::kSignInit, CKR_USER_NOT_LOGGED_IN, n + 10);
    faults_.Fail(Function::kSignInit, CKR_KEY_HANDLE_INVALID, n + 20);
    faults_.Fail(Function::kSignInit, CKR_DEVICE_ERROR, n + 30);
  }
  RunAll();
  EXPECT_EQ(wrong_, 0);
  EXPECT_THAT(failures_, testing::IsEmpty()) << "faults cost callers time, not errors";
  EXPECT_GT(faults_.calls(Function::kInitialize), 5U);
  for (const TokenKey& key : keys_) EXPECT_EQ(Sign(key), "");
}

}  // namespace
}  // namespace dkimkeeper::pkcs11
