#include <gtest/gtest.h>

#include "server/rotation/proof_signature.h"
#include "server/rotation/published_proof.h"
#include "tests/fakes/sample_keys.h"
#include "tests/fakes/software_key.h"

namespace dkimkeeper {
namespace {

Key KeyWith(const SoftwareKey& pair) {
  Key key = sample::KeyOf("example.com", "s1");
  key.public_key = pair.public_key();
  key.algorithm = key.public_key->algorithm;
  return key;
}

RecordCheck ProvenCheck(const Key& key) {
  return {.at = sample::Minute(1),
          .name = "s1._domainkey.example.com",
          .zone = "example.com",
          .verdict = RecordVerdict::kProven,
          .wait = std::chrono::seconds(300),
          .fetched = key.public_key};
}

TEST(PublishedProof, IsWhatAProvenCheckOfThatKeyGives) {
  const Key key = KeyWith(SoftwareKey::Ed25519());
  const auto proof = PublishedProof::Of(key, ProvenCheck(key));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->key(), key.id);
  EXPECT_EQ(proof->at(), sample::Minute(1));
  EXPECT_EQ(proof->wait(), std::chrono::seconds(300));
  EXPECT_EQ(proof->fetched(), *key.public_key);
}

TEST(PublishedProof, IsNothingElse) {
  const Key key = KeyWith(SoftwareKey::Ed25519());
  const auto proves = [&](auto change) {
    RecordCheck check = ProvenCheck(key);
    change(check);
    return PublishedProof::Of(key, check).has_value();
  };
  EXPECT_TRUE(proves([](RecordCheck&) {}));
  EXPECT_FALSE(proves([](RecordCheck& check) { check.verdict = RecordVerdict::kUnproven; }));
  EXPECT_FALSE(proves([](RecordCheck& check) { check.verdict = RecordVerdict::kDiffers; }));
  EXPECT_FALSE(proves([](RecordCheck& check) { check.wish = RecordWish::kRevoked; }));
  EXPECT_FALSE(proves([](RecordCheck& check) { check.name = "s2._domainkey.example.com"; }));
  EXPECT_FALSE(proves([](RecordCheck& check) { check.fetched.reset(); }));
  EXPECT_FALSE(
      proves([](RecordCheck& check) { check.fetched = SoftwareKey::Ed25519().public_key(); }));
}

TEST(SignedProof, NeedsASignatureThatTheFetchedKeyVerifies) {
  for (const SoftwareKey& pair : {SoftwareKey::Ed25519(), SoftwareKey::Rsa(2048)}) {
    const Key key = KeyWith(pair);
    const auto published = PublishedProof::Of(key, ProvenCheck(key));
    ASSERT_TRUE(published);
    const Sha256Digest digest = DigestOf("a value of ours");
    const std::string signature = pair.Sign(digest);
    EXPECT_TRUE(SignedProof::Of(*published, digest, signature));
    EXPECT_FALSE(SignedProof::Of(*published, DigestOf("another"), signature));
    std::string damaged = signature;
    damaged.back() = static_cast<char>(damaged.back() ^ 1);
    EXPECT_FALSE(SignedProof::Of(*published, digest, damaged));
    const auto nothing = SignedProof::Of(*published, digest, "");
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().reason, "BAD_SIGNATURE");
  }
}

TEST(SignedProof, WhatIsNoKeyVerifiesNothing) {
  Key key = sample::KeyOf("example.com", "s1");  // its public half is no RSA key
  const auto published = PublishedProof::Of(key, ProvenCheck(key));
  ASSERT_TRUE(published);
  EXPECT_FALSE(SignedProof::Of(*published, DigestOf("x"), "signature"));
}

}  // namespace
}  // namespace dkimkeeper
