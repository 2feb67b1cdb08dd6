#include "client/lib/signing_messages.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

v1::SigningKey Message() {
  v1::SigningKey key;
  key.set_domain("example.com");
  key.set_sender("newsletter");
  key.set_selector("s1");
  key.set_algorithm(v1::ALGORITHM_ED25519_SHA256);
  key.set_fail_policy(v1::FAIL_POLICY_UNSIGNED);
  key.set_signs_until_ms(1234);
  key.set_public_key("thirty-two");
  return key;
}

SigningKeys Decode(const v1::SigningKey& key) {
  v1::ListSigningKeysResponse list;
  list.set_generation(9);
  *list.add_keys() = key;
  return FromMessage(list);
}

TEST(SigningMessages, AKeyKeepsAllItsFields) {
  const SigningKeys keys = Decode(Message());
  EXPECT_EQ(keys.generation, 9U);
  ASSERT_EQ(keys.keys.size(), 1U);
  EXPECT_EQ(keys.keys[0].sender.str(), "newsletter");
  EXPECT_EQ(keys.keys[0].algorithm, Algorithm::kEd25519Sha256);
  EXPECT_EQ(keys.keys[0].fail_policy, FailPolicy::kUnsigned);
  EXPECT_EQ(keys.keys[0].signs_until_ms, 1234);
  EXPECT_EQ(keys.keys[0].public_key, (PublicKey{Algorithm::kEd25519Sha256, "thirty-two"}));
}

TEST(SigningMessages, AKeyMayComeWithoutItsPublicHalf) {
  v1::SigningKey key = Message();
  key.clear_public_key();
  EXPECT_EQ(Decode(key).keys.at(0).public_key, std::nullopt);
}

TEST(SigningMessages, ZeroMeansNoEnd) {
  v1::SigningKey key = Message();
  key.set_signs_until_ms(0);
  EXPECT_EQ(Decode(key).keys.at(0).signs_until_ms, std::nullopt);
}

TEST(SigningMessages, AnUnderscoreIsTheDomainsPolicyNotOurs) {
  v1::SigningKey key = Message();
  key.set_selector("a_b");
  EXPECT_EQ(Decode(key).keys.at(0).selector.str(), "a_b");
}

TEST(SigningMessages, AnAlgorithmOfANewerServerIsLeftOut) {
  v1::SigningKey key = Message();
  key.set_algorithm(static_cast<v1::Algorithm>(77));
  EXPECT_TRUE(Decode(key).keys.empty());
}

}  // namespace
}  // namespace dkimkeeper
