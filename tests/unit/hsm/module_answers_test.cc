// Modules that answer otherwise than SoftHSM: attributes, mechanisms, templates.
#include <gmock/gmock.h>

#include "hsm/pkcs11/attribute_values.h"
#include "hsm/pkcs11/key_reader.h"
#include "hsm/pkcs11/key_templates.h"
#include "hsm/pkcs11/mechanisms.h"
#include "hsm/pkcs11/public_key_codec.h"
#include "proto/dkim/hex.h"
#include "proto/reason.h"
#include "tests/fakes/software_key.h"
#include "tests/unit/hsm/module_stub.h"

namespace dkimkeeper::pkcs11 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr CK_OBJECT_HANDLE kObject = 7;

std::string Number(CK_ULONG value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

class Answers : public testing::Test {
 protected:
  Session OpenSession() { return std::move(*Session::Open(module_.calls(), 1, Access::kReadOnly)); }
  Attempt<TokenKey> Read(std::vector<CK_OBJECT_HANDLE> public_halves = {}) {
    return ReadKey(OpenSession(), *library_, kObject, public_halves);
  }

  ModuleStub module_;
  std::unique_ptr<CryptoLibrary> library_ = CryptoLibrary::Open().value();
};

TEST_F(Answers, MissingAttributesAreAbsentAndTheOthersAreNot) {
  constexpr std::array<CK_ATTRIBUTE_TYPE, 4> kTypes = {CKA_ID, CKA_MODULUS, CKA_LABEL,
                                                       CKA_SENSITIVE};
  module_.attributes = {{CKA_ID, "id"}, {CKA_LABEL, std::string(2000, 'x')}, {CKA_SENSITIVE, "\1"}};
  for (const bool stops : {false, true}) {
    module_.stops_at_missing = stops;
    const Attempt<AttributeValues> values = AttributeValues::Read(OpenSession(), kObject, kTypes);
    ASSERT_TRUE(values);
    EXPECT_EQ(values->Bytes(CKA_ID), "id");
    EXPECT_EQ(values->Bytes(CKA_MODULUS), std::nullopt);
    EXPECT_EQ(values->Bytes(CKA_LABEL), std::string(2000, 'x')) << "longer than usual";
    EXPECT_TRUE(values->Flag(CKA_SENSITIVE));
    EXPECT_FALSE(values->Flag(CKA_LOCAL));
  }
}

TEST_F(Answers, NumbersHaveTheSizeOfUlong) {
  constexpr std::array<CK_ATTRIBUTE_TYPE, 2> kTypes = {CKA_KEY_TYPE, CKA_MODULUS_BITS};
  module_.attributes = {{CKA_KEY_TYPE, Number(CKK_EC_EDWARDS)}, {CKA_MODULUS_BITS, "\1\2"}};
  const auto values = AttributeValues::Read(OpenSession(), kObject, kTypes);
  EXPECT_EQ(values->Number(CKA_KEY_TYPE), CKK_EC_EDWARDS);
  EXPECT_EQ(values->Number(CKA_MODULUS_BITS), std::nullopt);
}

TEST_F(Answers, PublicKeyComesFromPublicKeyInfoWhereTheNumbersAreHidden) {
  const PublicKey rsa = SoftwareKey::Rsa(2048).public_key();
  module_.attributes = {
      {CKA_KEY_TYPE, Number(CKK_RSA)}, {CKA_ID, "1"}, {CKA_PUBLIC_KEY_INFO, rsa.record_bytes}};
  const Attempt<TokenKey> key = Read();
  ASSERT_TRUE(key) << key.error().error.message;
  EXPECT_EQ(key->public_key, rsa);
  EXPECT_EQ(key->rsa_bits, 2048U);
}

TEST_F(Answers, PublicKeyInfoOfAnotherAlgorithmIsNotTaken) {
  module_.attributes = {{CKA_KEY_TYPE, Number(CKK_EC_EDWARDS)},
                        {CKA_ID, "1"},
                        {CKA_PUBLIC_KEY_INFO, SoftwareKey::Rsa(2048).public_key().record_bytes}};
  EXPECT_EQ(Read().error().error.reason, reason::kTokenRefused);
}

TEST_F(Answers, EdwardsKeyShowsItsPointInEitherForm) {
  const PublicKey expected = SoftwareKey::Ed25519().public_key();
  for (const std::string_view params : {kEd25519Oid, kEd25519Name}) {
    for (const std::string& prefix : {std::string(), std::string("\x04\x20")}) {
      module_.attributes = {{CKA_KEY_TYPE, Number(CKK_EC_EDWARDS)},
                            {CKA_ID, "1"},
                            {CKA_EC_PARAMS, std::string(params)},
                            {CKA_EC_POINT, prefix + expected.record_bytes}};
      const Attempt<TokenKey> key = Read();
      ASSERT_TRUE(key) << key.error().error.message;
      EXPECT_EQ(key->public_key, expected);
    }
  }
}

TEST_F(Answers, KeysThatAreOfNoUseAreRefused) {
  module_.attributes = {{CKA_KEY_TYPE, Number(CKK_EC)}, {CKA_ID, "1"}};
  EXPECT_EQ(Read().error().error.reason, reason::kTokenRefused) << "another type";
  module_.attributes = {{CKA_KEY_TYPE, Number(CKK_RSA)}, {CKA_ID, "1"}};
  EXPECT_EQ(Read().error().error.reason, reason::kTokenRefused) << "no public half";
  module_.attributes = {{CKA_KEY_TYPE, Number(CKK_RSA)}};
  EXPECT_EQ(Read().error().error.reason, reason::kBadKeyId) << "no CKA_ID";
  module_.attributes = {{CKA_KEY_TYPE, Number(CKK_EC_EDWARDS)},
                        {CKA_ID, "1"},
                        {CKA_EC_PARAMS, *DecodeHex("06032b6571")},
                        {CKA_EC_POINT, std::string(32, 'x')}};
  EXPECT_EQ(Read().error().error.reason, reason::kTokenRefused) << "Ed448";
}

TEST_F(Answers, MechanismsSayWhatTheTokenCanDo) {
  module_.mechanisms = {{CKM_RSA_PKCS, {512, 4096, CKF_SIGN}},
                        {CKM_RSA_PKCS_KEY_PAIR_GEN, {512, 3072, CKF_GENERATE_KEY_PAIR}},
                        {CKM_EDDSA, {256, 256, CKF_VERIFY}},
                        {CKM_EC_EDWARDS_KEY_PAIR_GEN, {256, 256, CKF_GENERATE_KEY_PAIR}}};
  const Attempt<Mechanisms> mechanisms = Mechanisms::Read(module_.calls(), 1);
  ASSERT_TRUE(mechanisms);
  EXPECT_THAT(mechanisms->algorithms(), ElementsAre(Algorithm::kRsaSha256))
      << "a mechanism that only verifies signs nothing";
  EXPECT_TRUE(mechanisms->CheckGeneration(Algorithm::kRsaSha256, 3072));
  EXPECT_EQ(mechanisms->CheckGeneration(Algorithm::kRsaSha256, 4096).error().reason,
            reason::kAlgorithmUnsupported);
  EXPECT_EQ(mechanisms->CheckGeneration(Algorithm::kRsaSha256, 1024).error().reason,
            reason::kBadKeySize);
  EXPECT_EQ(mechanisms->CheckGeneration(Algorithm::kEd25519Sha256, 0).error().reason,
            reason::kAlgorithmUnsupported);
}

TEST_F(Answers, TokenWithoutMechanismsCanDoNothing) {
  const Attempt<Mechanisms> mechanisms = Mechanisms::Read(module_.calls(), 1);
  ASSERT_TRUE(mechanisms);
  EXPECT_THAT(mechanisms->algorithms(), IsEmpty());
  EXPECT_FALSE(mechanisms->CheckGeneration(Algorithm::kRsaSha256, 2048));
}

bool Has(std::span<const CK_ATTRIBUTE> half, CK_ATTRIBUTE_TYPE type, std::string_view value) {
  for (const CK_ATTRIBUTE& attribute : half) {
    if (attribute.type != type) continue;
    return value == std::string_view(static_cast<char*>(attribute.pValue), attribute.ulValueLen);
  }
  return false;
}

TEST(KeyTemplates, PrivateHalfCanOnlySignInEveryVariant) {
  constexpr std::string_view kYes("\1", 1);
  constexpr std::string_view kNo("\0", 1);
  for (const Algorithm algorithm : {Algorithm::kRsaSha256, Algorithm::kEd25519Sha256}) {
    const KeySpec spec{.id = KeyId::Random(), .algorithm = algorithm, .label = "dkim:a:b"};
    for (std::size_t variant = 0; variant < TemplateVariants(algorithm); ++variant) {
      KeyPairTemplate pair = BuildKeyPair(spec, variant);
      for (const CK_ATTRIBUTE_TYPE type : {CKA_TOKEN, CKA_PRIVATE, CKA_SENSITIVE, CKA_SIGN}) {
        EXPECT_TRUE(Has(pair.private_half.attributes(), type, kYes))
            << type << " in variant " << variant;
      }
      for (const CK_ATTRIBUTE_TYPE type :
           {CKA_EXTRACTABLE, CKA_DECRYPT, CKA_UNWRAP, CKA_DERIVE, CKA_SIGN_RECOVER}) {
        EXPECT_TRUE(Has(pair.private_half.attributes(), type, kNo))
            << type << " in variant " << variant;
      }
      EXPECT_TRUE(Has(pair.private_half.attributes(), CKA_ID, spec.id.bytes()));
      EXPECT_TRUE(Has(pair.public_half.attributes(), CKA_ID, spec.id.bytes()));
      EXPECT_TRUE(Has(pair.private_half.attributes(), CKA_LABEL, spec.label));
    }
  }
}

TEST(KeyTemplates, FirstVariantAsksForEverything) {
  const KeySpec rsa{.id = KeyId::Random(), .rsa_bits = 3072, .label = "dkim:a:b"};
  KeyPairTemplate pair = BuildKeyPair(rsa, 0);
  EXPECT_EQ(pair.mechanism, CKM_RSA_PKCS_KEY_PAIR_GEN);
  EXPECT_TRUE(Has(pair.private_half.attributes(), CKA_ALLOWED_MECHANISMS, Number(CKM_RSA_PKCS)));
  EXPECT_TRUE(Has(pair.private_half.attributes(), CKA_MODIFIABLE, std::string_view("\0", 1)));
  EXPECT_TRUE(Has(pair.public_half.attributes(), CKA_MODULUS_BITS, Number(3072)));
  EXPECT_TRUE(
      Has(pair.public_half.attributes(), CKA_PUBLIC_EXPONENT, std::string_view("\1\0\1", 3)));
}

TEST(KeyTemplates, LaterVariantsNameTheCurve) {
  const KeySpec spec{.id = KeyId::Random(), .algorithm = Algorithm::kEd25519Sha256, .label = "x"};
  EXPECT_TRUE(Has(BuildKeyPair(spec, 0).public_half.attributes(), CKA_EC_PARAMS, kEd25519Oid));
  EXPECT_TRUE(Has(BuildKeyPair(spec, 3).public_half.attributes(), CKA_EC_PARAMS, kEd25519Name));
}

}  // namespace
}  // namespace dkimkeeper::pkcs11
