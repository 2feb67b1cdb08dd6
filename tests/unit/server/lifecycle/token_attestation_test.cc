#include "server/lifecycle/token_attestation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::KeyOf;
using testing::SizeIs;

constexpr KeyAttributes kBornHere{.sensitive = true,
                                  .always_sensitive = true,
                                  .extractable = false,
                                  .never_extractable = true,
                                  .local = true};

TokenKey HeldOf(const Key& key, KeyAttributes attributes = kBornHere) {
  return {.id = key.id,
          .label = "dkim:x",
          .purpose = KeyPurpose::kDkim,
          .public_key = *key.public_key,
          .rsa_bits = 2048,
          .attributes = std::move(attributes)};
}

AttestedKey One(const Picture& picture, std::vector<TokenKey> held) {
  const auto keys = Attest(picture.Get(), "main", std::move(held));
  EXPECT_THAT(keys, SizeIs(1));
  return keys.at(0);
}

TEST(Attest, AKeyBornHereThatAgreesIsAttested) {
  const Key key = KeyOf("example.com", "s1");
  const AttestedKey attested = One(Picture().With(key), {HeldOf(key)});
  EXPECT_EQ(attested.agreement, Agreement::kAgrees);
  EXPECT_EQ(*attested.registered, key);
  EXPECT_TRUE(attested.attested);
}

TEST(Attest, TheFingerprintIsOfThePublicKeyAsPublished) {
  Key key = KeyOf("example.com", "s1");
  key.public_key->record_bytes = "abc";
  EXPECT_EQ(One(Picture().With(key), {HeldOf(key)}).fingerprint,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Attest, EachAttributeCounts) {
  const Key key = KeyOf("example.com", "s1");
  for (const auto field :
       {&KeyAttributes::sensitive, &KeyAttributes::always_sensitive, &KeyAttributes::extractable,
        &KeyAttributes::never_extractable, &KeyAttributes::local}) {
    KeyAttributes attributes = kBornHere;
    attributes.*field = !(attributes.*field);
    EXPECT_FALSE(One(Picture().With(key), {HeldOf(key, attributes)}).attested);
  }
}

TEST(Attest, AnImportedKeyIsNeverAttested) {
  Key key = KeyOf("example.com", "s1");
  key.origin = KeyOrigin::kImported;
  const AttestedKey attested = One(Picture().With(key), {HeldOf(key)});
  EXPECT_EQ(attested.agreement, Agreement::kAgrees);
  EXPECT_FALSE(attested.attested) << "whatever the token says";
}

TEST(Attest, AnotherKeyUnderTheIdDiffers) {
  const Key key = KeyOf("example.com", "s1");
  TokenKey held = HeldOf(key);
  held.public_key.record_bytes = "another";
  const AttestedKey attested = One(Picture().With(key), {held});
  EXPECT_EQ(attested.agreement, Agreement::kDiffers);
  EXPECT_FALSE(attested.attested);
}

TEST(Attest, AnIntentWithAPairDiffersUntilItIsFinished) {
  Key intent = KeyOf("example.com", "s1");
  const TokenKey held = HeldOf(intent);
  intent.public_key.reset();
  EXPECT_EQ(One(Picture().With(intent), {held}).agreement, Agreement::kDiffers);
}

TEST(Attest, WhatTheRegistryDoesNotKnowIsUnknown) {
  Key elsewhere = KeyOf("example.com", "s1");
  elsewhere.token = "second";
  Key destroyed = elsewhere;
  destroyed.token = "main";
  destroyed.destroyed_at = sample::Minute(1);
  for (const Key& key : {elsewhere, destroyed}) {
    const AttestedKey attested = One(Picture().With(key), {HeldOf(key)});
    EXPECT_EQ(attested.agreement, Agreement::kUnknown);
    EXPECT_EQ(attested.registered, nullptr);
    EXPECT_FALSE(attested.attested);
  }
}

TEST(Attest, TheServicesOwnKeysAreNamedSo) {
  TokenKey health = HeldOf(KeyOf("example.com", "s1"));
  health.purpose = KeyPurpose::kHealth;
  EXPECT_EQ(One(Picture(), {health}).agreement, Agreement::kService);
}

TEST(Attest, WhatTheTokenLostIsMissing) {
  const Key key = KeyOf("example.com", "s1");
  const AttestedKey attested = One(Picture().With(key), {});
  EXPECT_EQ(attested.agreement, Agreement::kMissing);
  EXPECT_FALSE(attested.held);
  EXPECT_FALSE(attested.attested);
  EXPECT_THAT(attested.fingerprint, SizeIs(64));
}

TEST(Attest, OfTwoUnderOneIdTheRightOneAgrees) {
  const Key key = KeyOf("example.com", "s1");
  TokenKey stray = HeldOf(key);
  stray.public_key.record_bytes = "stray";
  for (const auto& held : {std::vector{stray, HeldOf(key)}, std::vector{HeldOf(key), stray}}) {
    const auto keys = Attest(Picture().With(key).Get(), "main", held);
    ASSERT_THAT(keys, SizeIs(2));
    EXPECT_EQ(std::ranges::count(keys, Agreement::kAgrees, &AttestedKey::agreement), 1);
    EXPECT_EQ(std::ranges::count(keys, Agreement::kUnknown, &AttestedKey::agreement), 1);
  }
}

}  // namespace
}  // namespace dkimkeeper
