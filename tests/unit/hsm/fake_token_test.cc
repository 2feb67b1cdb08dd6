// The faults of the fake; that it is a Token is proved by the contract.
#include "tests/fakes/fake_token.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using Call = FakeToken::Call;

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }

const Error kAway{Code::kUnavailable, "TOKEN_AWAY", "on purpose"};

KeySpec Spec() {
  return {.id = KeyId::Random(), .algorithm = Algorithm::kEd25519Sha256, .label = "dkim:a:b"};
}

TEST(FakeToken, FailsTheNthCallOnceAndDoesNothing) {
  FakeToken token;
  token.Fail(Call::kGenerateKeyPair, 2, kAway);
  const KeySpec first = Spec();
  const KeySpec second = Spec();
  EXPECT_TRUE(token.GenerateKeyPair(first, Soon()));
  EXPECT_EQ(token.GenerateKeyPair(second, Soon()).error().reason, "TOKEN_AWAY");
  EXPECT_FALSE(token.FindKey(second.id, Soon()));
  EXPECT_TRUE(token.GenerateKeyPair(second, Soon()));
  EXPECT_EQ(token.calls(Call::kGenerateKeyPair), 3U);
}

TEST(FakeToken, FailsAfterTheWorkIsDone) {
  FakeToken token;
  token.FailAfterwards(Call::kGenerateKeyPair, 1, kAway);
  const KeySpec spec = Spec();
  EXPECT_FALSE(token.GenerateKeyPair(spec, Soon()));
  EXPECT_TRUE(token.FindKey(spec.id, Soon()));
  token.FailAfterwards(Call::kDestroyPermanently, 1, kAway);
  EXPECT_FALSE(token.DestroyPermanently(spec.id, Soon()));
  EXPECT_FALSE(token.FindKey(spec.id, Soon()));
}

TEST(FakeToken, CorruptsTheNthSignature) {
  FakeToken token;
  const Result<TokenKey> key = token.GenerateKeyPair(Spec(), Soon());
  token.CorruptSignature(2);
  for (const bool good : {true, false, true}) {
    const Result<std::string> signature = token.Sign(key->id, DigestOf("mail"), Soon());
    ASSERT_TRUE(signature);
    EXPECT_EQ(VerifySignature(key->public_key, DigestOf("mail"), *signature), good);
  }
}

TEST(FakeToken, HoldsCallsUntilReleased) {
  FakeToken token;
  const Result<TokenKey> key = token.GenerateKeyPair(Spec(), Soon());
  token.Hold(Call::kSign);
  bool signed_at_last = false;
  std::jthread signing(
      [&] { signed_at_last = token.Sign(key->id, DigestOf("mail"), Soon()).has_value(); });
  token.WaitUntilHeld(Call::kSign, 1);
  token.Release(Call::kSign);
  signing.join();
  EXPECT_TRUE(signed_at_last);
}

TEST(FakeToken, HeldCallsEndWithTheirDeadline) {
  FakeToken token;
  token.Hold(Call::kFindKeys);
  const Deadline now = std::chrono::steady_clock::now();
  EXPECT_EQ(token.FindKeys(now + std::chrono::milliseconds(5)).error().reason, reason::kDeadline);
}

TEST(FakeToken, SeesAKeyThatWasReplaced) {
  FakeToken token;
  const Result<TokenKey> key = token.GenerateKeyPair(Spec(), Soon());
  token.Expect(key->id, key->public_key);
  token.ReplaceKey(key->id, SoftwareKey::Ed25519());
  EXPECT_EQ(token.Sign(key->id, DigestOf("mail"), Soon()).error().reason, reason::kKeyChanged);
}

}  // namespace
}  // namespace dkimkeeper
