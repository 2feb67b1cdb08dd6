// The signed examples of RFC 6376 appendix A.2 and RFC 8463 appendix A.3, octet for octet.
#include <gtest/gtest.h>

#include "client/dkim/body_hash.h"
#include "client/dkim/header_hash.h"
#include "client/dkim/header_parser.h"
#include "client/dkim/header_selection.h"
#include "proto/dkim/base64.h"
#include "tests/fakes/file_key_signer.h"
#include "tests/unit/client/dkim/reference_verifier.h"
#include "tests/unit/client/dkim/support.h"

namespace dkimkeeper {
namespace {

// A message cut the way a signer sees it.
struct Example {
  explicit Example(const std::string& file) : block(1 << 16) {
    HeaderParser parser(BareNewline::kRefuse, block);
    const std::string message = ReadMessage(file);
    body = parser.Append(message).value();
  }

  [[nodiscard]] const HeaderField& SignatureFieldAt(std::size_t index) const {
    return block.fields().at(index);
  }

  HeaderBlock block;
  std::string body;
};

std::string BodyHashOf(const std::string& body, Canonicalization canonicalization) {
  BodyHash hash(BareNewline::kRefuse);
  hash.Require(canonicalization);
  EXPECT_TRUE(hash.Append(body).has_value());
  EXPECT_TRUE(hash.Finish().has_value());
  return hash.DigestOf(canonicalization).ToBytes();
}

// Signs the example's own field text again, with its b= empty.
void ExpectReproduced(const Example& example, std::size_t index, const std::string& key_file,
                      const std::string& published) {
  const HeaderField& emitted = example.SignatureFieldAt(index);
  const SignatureField parsed = ParseSignatureField(emitted.value()).value();
  EXPECT_EQ(EncodeBase64(BodyHashOf(example.body, parsed.canonicalization.body)),
            "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");

  const auto signature = HeaderField::Parse(WithoutSignature(emitted.text()), "Line 1").value();
  const auto fields = SelectFields(example.block, parsed.header_names);
  const Sha256Digest digest = HashHeader(parsed.canonicalization.header, fields, signature).value();
  const auto signer = FileKeySigner::Open(VectorPath(key_file)).value();
  const DigestToSign item{parsed.domain, parsed.selector, parsed.algorithm, digest};
  EXPECT_EQ(EncodeBase64(signer->SignDigests({&item, 1}).at(0).value()), published);
}

TEST(RfcVectorsTest, Rfc6376AppendixA2) {
  ExpectReproduced(Example("rfc6376-A.2.eml"), 0, "rfc6376_rsa.pem",
                   "AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB"
                   "4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut"
                   "KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV"
                   "4bmp/YzhwvcubU4=");
}

TEST(RfcVectorsTest, Rfc8463AppendixA3Ed25519) {
  ExpectReproduced(Example("rfc8463.msg"), 0, "rfc8463_ed.pem",
                   "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus"
                   "Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==");
}

TEST(RfcVectorsTest, Rfc8463AppendixA3Rsa) {
  ExpectReproduced(Example("rfc8463.msg"), 1, "rfc8463_rsa.pem",
                   "F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3"
                   "DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz"
                   "dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=");
}

// The same message through MessageSigner, checked by the naive verifier.
TEST(RfcVectorsTest, Rfc8463MessageSignedAndVerified) {
  for (const std::string key_file : {"rfc8463_ed.pem", "rfc8463_rsa.pem", "rfc6376_rsa.pem"}) {
    for (const CanonicalizationPair& pair : kAllPairs) {
      const auto signer = FileKeySigner::Open(VectorPath(key_file)).value();
      SignatureSpec spec = SpecFor(pair);
      spec.algorithm = signer->algorithm();
      const std::string message = ReadMessage("rfc8463_unsigned.msg");
      const auto fields = Sign(message, {spec}, {.signed_at = 1528637909}, *signer);
      ASSERT_TRUE(fields.has_value());
      const SignatureField parsed = ParseEmitted(fields->at(0));
      const ReferenceVerdict verdict = ReferenceVerify(fields->at(0) + message, parsed);
      EXPECT_TRUE(verdict.body_hash_matches);
      EXPECT_TRUE(signer->Verifies(verdict.digest, parsed.signature)) << fields->at(0);
      EXPECT_FALSE(signer->Verifies(ReferenceSha256("other"), parsed.signature));
    }
  }
}

}  // namespace
}  // namespace dkimkeeper
