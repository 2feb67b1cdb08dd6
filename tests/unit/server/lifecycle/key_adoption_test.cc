// Keys that live in the token already, from the request to the row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/server/lifecycle/custody.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using testing::HasSubstr;

class KeyAdoption : public testing::Test {
 protected:
  using Call = FakeToken::Call;

  KeyId Imported(const SoftwareKey& key) {
    const KeyId id = KeyId::Random();
    custody_.token.Import(id, key, "from elsewhere");
    return id;
  }
  Result<KeyPtr> Adopt(const KeyId& id, std::string selector, const Mutation& mutation) {
    return custody_.operations().Adopt(
        mutation,
        {.domain = DomainOf("example.com"), .selector = std::move(selector), .token_key_id = id});
  }

  Custody custody_;
};

TEST_F(KeyAdoption, RegistersAKeyThatTheTokenHolds) {
  const SoftwareKey pair = SoftwareKey::Rsa(2048);
  const auto key = Adopt(Imported(pair), "s1", custody_.Request());
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ((*key)->origin, KeyOrigin::kImported);
  EXPECT_EQ((*key)->public_key, pair.public_key());
  EXPECT_EQ((*key)->rsa_bits, 2048U);
  EXPECT_THAT((*key)->lacks, testing::Contains(HasSubstr("CKA_LOCAL")));
  EXPECT_TRUE(custody_.Activate("s1"));
}

TEST_F(KeyAdoption, AdoptedKeysAreWatchedForChanges) {
  const KeyId id = Imported(SoftwareKey::Ed25519());
  ASSERT_TRUE(Adopt(id, "s1", custody_.Request()));
  custody_.token.ReplaceKey(id, SoftwareKey::Ed25519());
  EXPECT_EQ(ReasonOf(custody_.Activate("s1")), "KEY_CHANGED");
}

TEST_F(KeyAdoption, Refusals) {
  const KeyId small = Imported(SoftwareKey::Rsa(1024));
  EXPECT_EQ(ReasonOf(Adopt(small, "s1", custody_.Request())), "KEY_TOO_SMALL");
  EXPECT_EQ(ReasonOf(Adopt(KeyId::Random(), "s1", custody_.Request())), "TOKEN_KEY_UNKNOWN");
  const SoftwareKey pair = SoftwareKey::Ed25519();
  const KeyId once = Imported(pair);
  ASSERT_TRUE(Adopt(once, "s1", custody_.Request()));
  EXPECT_EQ(ReasonOf(Adopt(once, "s2", custody_.Request())), "KEY_EXISTS");
  EXPECT_EQ(ReasonOf(Adopt(Imported(pair), "s2", custody_.Request())), "KEY_EXISTS");
  EXPECT_EQ(ReasonOf(Adopt(Imported(SoftwareKey::Ed25519()), "s1", custody_.Request())),
            "SELECTOR_EXISTS");
}

TEST_F(KeyAdoption, WhoMayNotAdministerLearnsNothingOfTheToken) {
  const KeyId id = Imported(SoftwareKey::Ed25519());
  const auto calls = custody_.token.calls(Call::kFindKey);
  EXPECT_EQ(ReasonOf(Adopt(id, "s1", custody_.Request({}, Stranger()))), "NO_GRANT");
  EXPECT_EQ(custody_.token.calls(Call::kFindKey), calls);
}

TEST_F(KeyAdoption, WhatIsDoneIsAnsweredWithoutTheToken) {
  const KeyId id = Imported(SoftwareKey::Ed25519());
  const Mutation mutation = custody_.Request();
  ASSERT_TRUE(Adopt(id, "s1", mutation));
  custody_.token.Fail(Call::kFindKey, 1, Custody::TokenAway());
  EXPECT_TRUE(Adopt(id, "s1", mutation));
}

}  // namespace
}  // namespace dkimkeeper
