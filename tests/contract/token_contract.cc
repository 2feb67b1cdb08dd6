#include "tests/contract/token_contract.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "hsm/key_purpose.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using testing::IsEmpty;

std::string LabelFor(KeyPurpose purpose) {
  return std::string(LabelPrefix(purpose)) + "example.com:s1";
}

std::span<const std::uint8_t> AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

template <typename T>
std::string ReasonOf(const Result<T>& result) {
  return result ? "no error" : result.error().reason;
}

bool Contains(const std::vector<TokenKey>& keys, const KeyId& id) {
  return std::any_of(keys.begin(), keys.end(), [&](const TokenKey& key) { return key.id == id; });
}

bool IsListed(const std::vector<Algorithm>& list, Algorithm algorithm) {
  return std::find(list.begin(), list.end(), algorithm) != list.end();
}

}  // namespace

void PrintTo(const TokenImplementation& implementation, std::ostream* out) {
  *out << implementation.name;
}

Deadline TokenContract::Soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(120);
}

Algorithm TokenContract::AnyAlgorithm() {
  const bool ed25519 = IsListed(Algorithms(), Algorithm::kEd25519Sha256);
  return ed25519 ? Algorithm::kEd25519Sha256 : Algorithm::kRsaSha256;
}

TokenKey TokenContract::Generate(Algorithm algorithm, KeyPurpose purpose, unsigned rsa_bits) {
  Result<TokenKey> key = token().GenerateKeyPair({.id = KeyId::Random(),
                                                  .purpose = purpose,
                                                  .algorithm = algorithm,
                                                  .rsa_bits = rsa_bits,
                                                  .label = LabelFor(purpose)},
                                                 Soon());
  if (!key) throw std::runtime_error(key.error().reason + ": " + key.error().message);
  return *key;
}

void TokenContract::ExpectSigns(const TokenKey& key, std::string_view text) {
  const Sha256Digest digest = DigestOf(text);
  const Result<std::string> signature = token().Sign(key.id, digest, Soon());
  ASSERT_TRUE(signature) << signature.error().message;
  EXPECT_TRUE(VerifySignature(key.public_key, digest, *signature));
}

TEST_P(TokenContract, GeneratesAnRsaKeyThatIsBornHereAndSigns) {
  const KeySpec spec{.id = KeyId::Random(), .label = "dkim:example.com:s1"};
  const Result<TokenKey> key = token().GenerateKeyPair(spec, Soon());
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(key->id, spec.id);
  EXPECT_EQ(key->label, spec.label);
  EXPECT_EQ(key->purpose, KeyPurpose::kDkim);
  EXPECT_EQ(key->public_key.algorithm, Algorithm::kRsaSha256);
  EXPECT_EQ(key->public_key.record_bytes.size(), 294U);  // SubjectPublicKeyInfo of 2048 bits
  EXPECT_EQ(key->rsa_bits, 2048U);
  EXPECT_TRUE(key->attributes.sensitive);
  EXPECT_TRUE(key->attributes.always_sensitive);
  EXPECT_FALSE(key->attributes.extractable);
  EXPECT_TRUE(key->attributes.never_extractable);
  EXPECT_TRUE(key->attributes.local);
  EXPECT_FALSE(key->attributes.may_decrypt);
  ExpectSigns(*key, "mail");
}

TEST_P(TokenContract, GeneratesAnEd25519KeyThatSignsOrSaysThatItCannot) {
  if (!IsListed(Algorithms(), Algorithm::kEd25519Sha256)) {
    const KeySpec spec{
        .id = KeyId::Random(), .algorithm = Algorithm::kEd25519Sha256, .label = "dkim:a:b"};
    EXPECT_EQ(ReasonOf(token().GenerateKeyPair(spec, Soon())), reason::kAlgorithmUnsupported);
    return;
  }
  const TokenKey key = Generate(Algorithm::kEd25519Sha256);
  EXPECT_EQ(key.public_key.algorithm, Algorithm::kEd25519Sha256);
  EXPECT_EQ(key.public_key.record_bytes.size(), 32U);
  EXPECT_EQ(key.rsa_bits, 0U);
  EXPECT_TRUE(key.attributes.local);
  EXPECT_TRUE(key.attributes.never_extractable);
  ExpectSigns(key, "mail");
  const Result<std::string> signature = token().Sign(key.id, DigestOf("x"), Soon());
  ASSERT_TRUE(signature);
  EXPECT_EQ(signature->size(), 64U);
}

TEST_P(TokenContract, GeneratesLargerRsaKeys) {
  for (const unsigned bits : {3072U, 4096U}) {
    const TokenKey key = Generate(Algorithm::kRsaSha256, KeyPurpose::kDkim, bits);
    EXPECT_EQ(key.rsa_bits, bits);
    const Result<std::string> signature = token().Sign(key.id, DigestOf("mail"), Soon());
    ASSERT_TRUE(signature) << signature.error().message;
    EXPECT_EQ(signature->size(), bits / 8);
    EXPECT_TRUE(VerifySignature(key.public_key, DigestOf("mail"), *signature));
  }
}

TEST_P(TokenContract, RefusesOtherRsaSizes) {
  for (const unsigned bits : {0U, 512U, 1024U, 2047U, 2049U, 8192U}) {
    const KeySpec spec{.id = KeyId::Random(), .rsa_bits = bits, .label = "dkim:example.com:s1"};
    EXPECT_EQ(ReasonOf(token().GenerateKeyPair(spec, Soon())), reason::kBadKeySize) << bits;
    EXPECT_EQ(ReasonOf(token().FindKey(spec.id, Soon())), reason::kTokenKeyUnknown) << bits;
  }
}

TEST_P(TokenContract, RefusesAKnownIdAndKeepsItsKey) {
  const TokenKey key = Generate(AnyAlgorithm());
  const KeySpec again{.id = key.id, .algorithm = Algorithm::kRsaSha256, .label = "dkim:b:s"};
  EXPECT_EQ(ReasonOf(token().GenerateKeyPair(again, Soon())), reason::kKeyExists);
  const Result<TokenKey> found = token().FindKey(key.id, Soon());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->public_key, key.public_key);
}

TEST_P(TokenContract, RefusesALabelThatDoesNotSayThePurpose) {
  const KeySpec spec{.id = KeyId::Random(), .purpose = KeyPurpose::kAudit, .label = "dkim:a:b"};
  EXPECT_EQ(ReasonOf(token().GenerateKeyPair(spec, Soon())), reason::kBadOption);
}

TEST_P(TokenContract, FindsWhatItGenerated) {
  const TokenKey rsa = Generate(Algorithm::kRsaSha256);
  const TokenKey audit = Generate(AnyAlgorithm(), KeyPurpose::kAudit);
  for (const TokenKey& key : {rsa, audit}) {
    const Result<TokenKey> found = token().FindKey(key.id, Soon());
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->label, key.label);
    EXPECT_EQ(found->purpose, key.purpose);
    EXPECT_EQ(found->public_key, key.public_key);
    EXPECT_EQ(found->rsa_bits, key.rsa_bits);
    EXPECT_EQ(found->attributes, key.attributes);
  }
  const Result<std::vector<TokenKey>> all = token().FindKeys(Soon());
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_TRUE(Contains(*all, rsa.id));
  EXPECT_TRUE(Contains(*all, audit.id));
}

TEST_P(TokenContract, SaysWhenAKeyIsUnknown) {
  const KeyId id = KeyId::Random();
  EXPECT_EQ(ReasonOf(token().FindKey(id, Soon())), reason::kTokenKeyUnknown);
  EXPECT_EQ(ReasonOf(token().Sign(id, DigestOf("mail"), Soon())), reason::kTokenKeyUnknown);
  EXPECT_EQ(ReasonOf(token().SignNote(id, AsBytes("note"), Soon())), reason::kTokenKeyUnknown);
}

TEST_P(TokenContract, SignsTheSameDigestAlwaysAlike) {
  for (const Algorithm algorithm : Algorithms()) {
    const TokenKey key = Generate(algorithm);
    const Result<std::string> first = token().Sign(key.id, DigestOf("mail"), Soon());
    const Result<std::string> second = token().Sign(key.id, DigestOf("mail"), Soon());
    const Result<std::string> other = token().Sign(key.id, DigestOf("other"), Soon());
    ASSERT_TRUE(first && second && other);
    EXPECT_EQ(*first, *second);
    EXPECT_NE(*first, *other);
  }
}

TEST_P(TokenContract, SignsMailWithDkimAndHealthKeysOnly) {
  ExpectSigns(Generate(AnyAlgorithm(), KeyPurpose::kDkim), "mail");
  ExpectSigns(Generate(AnyAlgorithm(), KeyPurpose::kHealth), "mail");
  const TokenKey audit = Generate(AnyAlgorithm(), KeyPurpose::kAudit);
  EXPECT_EQ(ReasonOf(token().Sign(audit.id, DigestOf("mail"), Soon())), reason::kWrongPurpose);
}

TEST_P(TokenContract, SignsNotesWithAuditKeysOnly) {
  const TokenKey audit = Generate(AnyAlgorithm(), KeyPurpose::kAudit);
  const Result<std::string> signature = token().SignNote(audit.id, AsBytes("tree head"), Soon());
  ASSERT_TRUE(signature) << signature.error().message;
  EXPECT_TRUE(VerifyNote(audit.public_key, "tree head", *signature));
  for (const KeyPurpose purpose : {KeyPurpose::kDkim, KeyPurpose::kHealth}) {
    const TokenKey key = Generate(AnyAlgorithm(), purpose);
    EXPECT_EQ(ReasonOf(token().SignNote(key.id, AsBytes("note"), Soon())), reason::kWrongPurpose);
  }
}

TEST_P(TokenContract, SignsOnlyWithTheExpectedPublicKey) {
  const TokenKey key = Generate(AnyAlgorithm());
  const PublicKey other = SoftwareKey::Ed25519().public_key();
  token().Expect(key.id, key.public_key);
  ExpectSigns(key, "mail");
  token().Expect(key.id, other);
  EXPECT_EQ(ReasonOf(token().Sign(key.id, DigestOf("mail"), Soon())), reason::kKeyChanged);
  token().Expect(key.id, key.public_key);
  ExpectSigns(key, "mail");
}

TEST_P(TokenContract, DestroysOneKeyAndNoOther) {
  const TokenKey kept = Generate(AnyAlgorithm());
  const TokenKey gone = Generate(AnyAlgorithm());
  ExpectSigns(gone, "mail");
  const Outcome destroyed = token().DestroyPermanently(gone.id, Soon());
  ASSERT_TRUE(destroyed) << destroyed.error().message;
  EXPECT_EQ(ReasonOf(token().FindKey(gone.id, Soon())), reason::kTokenKeyUnknown);
  EXPECT_EQ(ReasonOf(token().Sign(gone.id, DigestOf("mail"), Soon())), reason::kTokenKeyUnknown);
  const Result<std::vector<TokenKey>> all = token().FindKeys(Soon());
  ASSERT_TRUE(all);
  EXPECT_FALSE(Contains(*all, gone.id));
  EXPECT_TRUE(token().DestroyPermanently(gone.id, Soon())) << "a second time";
  ExpectSigns(kept, "mail");
}

TEST_P(TokenContract, ChecksItsHealthWithOneKeyOfItsOwn) {
  const auto health_keys = [&] {
    std::vector<KeyId> ids;
    const Result<std::vector<TokenKey>> all = token().FindKeys(Soon());
    for (const TokenKey& key : all.value()) {
      if (key.label == "health:" + token().Info().name) ids.push_back(key.id);
    }
    return ids;
  };
  ASSERT_TRUE(token().CheckHealth(Soon()));
  ASSERT_TRUE(token().CheckHealth(Soon()));
  const std::vector<KeyId> keys = health_keys();
  ASSERT_EQ(keys.size(), 1U);
  ASSERT_TRUE(token().DestroyPermanently(keys[0], Soon()));
  const Outcome healthy = token().CheckHealth(Soon());
  EXPECT_TRUE(healthy) << healthy.error().message;
  EXPECT_EQ(health_keys().size(), 1U);
  ASSERT_TRUE(token().DestroyPermanently(health_keys().at(0), Soon()));
}

TEST_P(TokenContract, SaysWhatItIs) {
  const TokenInfo info = token().Info();
  EXPECT_FALSE(info.name.empty());
  EXPECT_FALSE(info.label.empty());
  EXPECT_GE(info.sessions, 1U);
  EXPECT_THAT(info.algorithms, testing::Contains(Algorithm::kRsaSha256));
}

TEST_P(TokenContract, DoesNothingAfterTheDeadline) {
  const Deadline past = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  const TokenKey key = Generate(AnyAlgorithm());
  const KeySpec spec{.id = KeyId::Random(), .label = "dkim:a:b"};
  EXPECT_EQ(ReasonOf(token().GenerateKeyPair(spec, past)), reason::kDeadline);
  EXPECT_EQ(ReasonOf(token().FindKeys(past)), reason::kDeadline);
  EXPECT_EQ(ReasonOf(token().FindKey(key.id, past)), reason::kDeadline);
  EXPECT_EQ(ReasonOf(token().Sign(key.id, DigestOf("mail"), past)), reason::kDeadline);
  EXPECT_EQ(ReasonOf(token().DestroyPermanently(key.id, past)), reason::kDeadline);
  EXPECT_EQ(ReasonOf(token().CheckHealth(past)), reason::kDeadline);
  ExpectSigns(key, "still there");
}

TEST_P(TokenContract, SignsWithAnImportedKeyAndShowsThatItIsOne) {
  for (const Algorithm algorithm : Algorithms()) {
    const bool rsa = algorithm == Algorithm::kRsaSha256;
    const SoftwareKey software = rsa ? SoftwareKey::Rsa(2048) : SoftwareKey::Ed25519();
    const KeyId id = KeyId::Random();
    if (!under_test().Import(id, software, "from elsewhere")) GTEST_SKIP() << "takes no imports";
    const Result<TokenKey> key = token().FindKey(id, Soon());
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(key->label, "from elsewhere");
    EXPECT_EQ(key->purpose, KeyPurpose::kDkim);
    EXPECT_EQ(key->public_key, software.public_key());
    EXPECT_EQ(key->rsa_bits, software.rsa_bits());
    EXPECT_FALSE(key->attributes.local);
    EXPECT_FALSE(key->attributes.never_extractable);
    ExpectSigns(*key, "mail");
    const Result<std::string> signature = token().Sign(id, DigestOf("mail"), Soon());
    ASSERT_TRUE(signature);
    EXPECT_EQ(*signature, software.Sign(DigestOf("mail")));
  }
}

TEST_P(TokenContract, ShowsAnRsaKeyThatIsTooSmallAndDoesNotSignWithIt) {
  const KeyId id = KeyId::Random();
  const SoftwareKey small = SoftwareKey::Rsa(1024);
  if (!under_test().Import(id, small, "small")) GTEST_SKIP() << "takes no imports";
  const Result<TokenKey> key = token().FindKey(id, Soon());
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(key->rsa_bits, 1024U);
  EXPECT_EQ(ReasonOf(token().Sign(id, DigestOf("mail"), Soon())), reason::kKeyTooSmall);
}

TEST_P(TokenContract, SignsFromManyThreads) {
  const std::array keys = {Generate(Algorithm::kRsaSha256), Generate(AnyAlgorithm())};
  std::array<std::string, 8> failures;
  {
    std::vector<std::jthread> threads;
    threads.reserve(failures.size());
    for (std::size_t t = 0; t < failures.size(); ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 10; ++i) {
          const TokenKey& key = keys[(t + static_cast<std::size_t>(i)) % keys.size()];
          const Sha256Digest digest = DigestOf(std::to_string(t) + "/" + std::to_string(i));
          const Result<std::string> signature = token().Sign(key.id, digest, Soon());
          if (!signature) {
            failures[t] = signature.error().message;
          } else if (!VerifySignature(key.public_key, digest, *signature)) {
            failures[t] = "a wrong signature";
          }
        }
      });
    }
  }
  EXPECT_THAT(failures, testing::Each(IsEmpty()));
}

}  // namespace dkimkeeper
