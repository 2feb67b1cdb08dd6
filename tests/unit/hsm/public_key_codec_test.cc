#include "hsm/pkcs11/public_key_codec.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "hsm/pkcs11/digest_info.h"
#include "hsm/pkcs11/signature_verifier.h"
#include "proto/dkim/hex.h"
#include "tests/fakes/software_key.h"

namespace dkimkeeper::pkcs11 {
namespace {

class PublicKeyCodec : public testing::Test {
 protected:
  std::unique_ptr<CryptoLibrary> library_ = CryptoLibrary::Open().value();

  std::string Number(const PublicKey& rsa, const char* name) const {
    const KeyPointer key = ToOpenSsl(*library_, rsa);
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key.get(), name, &number);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(number);
    return bytes;
  }
};

TEST_F(PublicKeyCodec, BuildsARecordFromRsaNumbers) {
  const PublicKey key = SoftwareKey::Rsa(2048).public_key();
  const std::string modulus = Number(key, OSSL_PKEY_PARAM_RSA_N);
  const std::string exponent = Number(key, OSSL_PKEY_PARAM_RSA_E);
  EXPECT_EQ(FromRsaNumbers(*library_, modulus, exponent), key);
  EXPECT_EQ(FromRsaNumbers(*library_, std::string(1, '\0') + modulus, exponent), key)
      << "a leading zero byte is not another key";
}

TEST_F(PublicKeyCodec, RefusesNumbersThatMakeNoKey) {
  EXPECT_EQ(FromRsaNumbers(*library_, "", ""), std::nullopt);
  EXPECT_EQ(FromRsaNumbers(*library_, "", "\x03"), std::nullopt);
  EXPECT_EQ(FromRsaNumbers(*library_, std::string(256, '\xff'), "\x02"), std::nullopt);
}

TEST_F(PublicKeyCodec, ReadsPublicKeyInfo) {
  const PublicKey rsa = SoftwareKey::Rsa(2048).public_key();
  EXPECT_EQ(FromPublicKeyInfo(*library_, rsa.record_bytes), rsa);
  // RFC 8410 §4: the SubjectPublicKeyInfo of Ed25519 is this and the 32 bytes.
  const PublicKey ed25519 = SoftwareKey::Ed25519().public_key();
  const std::string der = *DecodeHex("302a300506032b6570032100") + ed25519.record_bytes;
  EXPECT_EQ(FromPublicKeyInfo(*library_, der), ed25519);
}

TEST_F(PublicKeyCodec, RefusesPublicKeyInfoThatIsNotExactlyOne) {
  const std::string der = SoftwareKey::Rsa(2048).public_key().record_bytes;
  EXPECT_EQ(FromPublicKeyInfo(*library_, ""), std::nullopt);
  EXPECT_EQ(FromPublicKeyInfo(*library_, der.substr(1)), std::nullopt);
  EXPECT_EQ(FromPublicKeyInfo(*library_, der.substr(0, der.size() - 1)), std::nullopt);
  EXPECT_EQ(FromPublicKeyInfo(*library_, der + "x"), std::nullopt);
}

TEST_F(PublicKeyCodec, ReadsBothFormsOfAnEdwardsPoint) {
  const std::string raw = SoftwareKey::Ed25519().public_key().record_bytes;
  const PublicKey key{Algorithm::kEd25519Sha256, raw};
  EXPECT_EQ(FromEdwardsPoint(raw), key);
  EXPECT_EQ(FromEdwardsPoint("\x04\x20" + raw), key);
  EXPECT_EQ(FromEdwardsPoint(raw.substr(1)), std::nullopt);
  EXPECT_EQ(FromEdwardsPoint("\x03\x20" + raw), std::nullopt);
  EXPECT_EQ(FromEdwardsPoint(""), std::nullopt);
}

TEST_F(PublicKeyCodec, KnowsBothNamesOfTheCurve) {
  EXPECT_TRUE(IsEd25519(*DecodeHex("06032b6570")));
  EXPECT_TRUE(IsEd25519(*DecodeHex("130c656477617264733235353139")));
  EXPECT_FALSE(IsEd25519(*DecodeHex("06032b6571"))) << "Ed448";
  EXPECT_FALSE(IsEd25519(""));
}

TEST_F(PublicKeyCodec, VerifierTakesTheSignatureOfTheDigestAlone) {
  for (const SoftwareKey& key : {SoftwareKey::Rsa(2048), SoftwareKey::Ed25519()}) {
    const auto verifier = SignatureVerifier::For(*library_, key.public_key());
    ASSERT_TRUE(verifier);
    EXPECT_EQ(verifier->rsa_bits(), key.rsa_bits());
    std::string signature = key.Sign(DigestOf("mail"));
    EXPECT_TRUE(verifier->Verify(DigestOf("mail"), signature));
    EXPECT_FALSE(verifier->Verify(DigestOf("other"), signature));
    EXPECT_FALSE(verifier->Verify(DigestOf("mail"), signature + "x"));
    EXPECT_FALSE(verifier->Verify(DigestOf("mail"), ""));
    signature[10] = static_cast<char>(signature[10] ^ 1);
    EXPECT_FALSE(verifier->Verify(DigestOf("mail"), signature));
  }
}

TEST_F(PublicKeyCodec, VerifierRefusesWhatIsNoKey) {
  EXPECT_FALSE(SignatureVerifier::For(*library_, {Algorithm::kRsaSha256, "no DER"}));
  EXPECT_FALSE(SignatureVerifier::For(*library_, {Algorithm::kEd25519Sha256, "short"}));
  const std::string ed25519_der =
      *DecodeHex("302a300506032b6570032100") + SoftwareKey::Ed25519().public_key().record_bytes;
  EXPECT_FALSE(SignatureVerifier::For(*library_, {Algorithm::kRsaSha256, ed25519_der}));
}

TEST(DigestInfo, IsThatOfSha256) {
  // RFC 8017 §9.2, note 1.
  const DigestInfo info = Sha256DigestInfo(DigestOf("mail"));
  const std::string text(info.begin(), info.end());
  EXPECT_EQ(EncodeHex(text),
            "3031300d060960864801650304020105000420" + EncodeHex(DigestOf("mail").ToBytes()));
}

}  // namespace
}  // namespace dkimkeeper::pkcs11
