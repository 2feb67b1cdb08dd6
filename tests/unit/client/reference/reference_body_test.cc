#include "client/reference/reference_body.h"

#include <gtest/gtest.h>

#include "proto/reason.h"
#include "tests/unit/client/reference/sample_references.h"

namespace dkimkeeper {
namespace {

std::string Der(const PublicKey& key) {
  return EncodeReferenceBody({SampleReference(), key}).value_or("");
}

TEST(ReferenceBody, IsReadAsItWasWritten) {
  for (const PublicKey& key : {SampleEd25519Key(), SampleRsaEnvelope(), SampleRsaEnvelope(240)}) {
    const std::string der = Der(key);
    ASSERT_FALSE(der.empty());
    const auto read = DecodeReferenceBody(der);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, (ReferenceBody{SampleReference(), key}));
  }
}

// RFC 8410 §4.
TEST(ReferenceBody, WritesEd25519AsAStructure) {
  EXPECT_EQ(EncodeHex(ToSubjectPublicKeyInfo(SampleEd25519Key())),
            "302a300506032b6570032100"
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}

TEST(ReferenceBody, WritesNoKeyOfAnotherAlgorithm) {
  EXPECT_FALSE(EncodeReferenceBody({SampleReference(), {Algorithm::kEd25519Sha256, "short"}}));
  EXPECT_FALSE(EncodeReferenceBody({SampleReference(), {Algorithm::kRsaSha256, "no structure"}}));
  EXPECT_FALSE(EncodeReferenceBody(
      {SampleReference(), {Algorithm::kRsaSha256, ToSubjectPublicKeyInfo(SampleEd25519Key())}}));
}

TEST(ReferenceBody, RefusesEveryPartOfItselfAndWhatFollows) {
  for (const PublicKey& key : {SampleEd25519Key(), SampleRsaEnvelope()}) {
    const std::string der = Der(key);
    for (std::size_t size = 0; size < der.size(); ++size) {
      const auto read = DecodeReferenceBody(der.substr(0, size));
      ASSERT_FALSE(read) << size;
      EXPECT_EQ(read.error().reason, reason::kBadReference);
    }
    EXPECT_FALSE(DecodeReferenceBody(der + '\0'));
  }
}

// X.690 §10.1: a length in the shortest form, so that a body has one.
TEST(ReferenceBody, TakesTheShortestLengthsOnly) {
  const std::string der = Der(SampleEd25519Key());
  ASSERT_LT(static_cast<unsigned char>(der[1]), 0x80);
  for (const std::string& longer : {std::string("\x30\x81"), std::string("\x30\x82\x00", 3)}) {
    EXPECT_FALSE(DecodeReferenceBody(longer + der.substr(1)));
  }
  EXPECT_FALSE(DecodeReferenceBody("\x30\x80" + der.substr(2) + std::string(2, '\0')));
}

// With any one octet wrong it is refused, or says something else that is written as it was read.
TEST(ReferenceBody, HasOneForm) {
  for (const PublicKey& key : {SampleEd25519Key(), SampleRsaEnvelope()}) {
    for (std::size_t at = 0; at < Der(key).size(); ++at) {
      for (const int flip : {0x01, 0x20, 0x80, 0xff}) {
        std::string der = Der(key);
        der[at] = static_cast<char>(der[at] ^ flip);
        const auto read = DecodeReferenceBody(der);
        if (read) EXPECT_EQ(EncodeReferenceBody(*read).value_or(""), der) << at;
      }
    }
  }
}

}  // namespace
}  // namespace dkimkeeper
