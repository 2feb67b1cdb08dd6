#include "client/audit/message_digests.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "proto/dkim/base64.h"
#include "proto/dkim/signature_field.h"
#include "proto/reason.h"
#include "tests/fakes/echo_signer.h"
#include "tests/fakes/file_key_signer.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kMessage =
    "From: Anna <anna@example.com>\r\nTo: bert@example.net\r\nSubject: one\r\n  two \r\n"
    "Received: by a\r\nReceived: by b\r\n\r\nHello  world. \r\n\r\nBye\r\n\r\n\r\n";

SignatureSpec Spec(Canonicalization header, Canonicalization body) {
  return {.domain = *Domain::Parse("example.com"),
          .selector = *Selector::Parse("s1"),
          .algorithm = Algorithm::kRsaSha256,
          .canonicalization = {header, body}};
}

std::vector<SignatureSpec> AllSpecs() {
  std::vector<SignatureSpec> specs;
  for (const auto header : {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
    for (const auto body : {Canonicalization::kSimple, Canonicalization::kRelaxed})
      specs.push_back(Spec(header, body));
  }
  return specs;
}

struct Signed {
  std::string text;
  std::vector<Sha256Digest> digests;  // that the signer was asked for
};

Signed Sign(std::string_view message, std::vector<SignatureSpec> specs) {
  EchoSigner echo;
  auto signer = *MessageSigner::Create(std::move(specs), {}, echo);
  EXPECT_THAT(signer->Append(message), IsOk());
  const auto fields = signer->Finish();
  EXPECT_THAT(fields, IsOk());
  Signed result;
  for (const std::string& each : *fields) result.text += each;
  result.text += message;
  for (const DigestToSign& each : echo.asked()) result.digests.push_back(each.digest);
  return result;
}

Result<std::vector<SignatureDigest>> Digests(const std::string& message) {
  std::istringstream in(message);
  return DigestsOf(in);
}

TEST(MessageDigestsTest, AreThoseThatTheSignerWasAskedFor) {
  const Signed message = Sign(kMessage, AllSpecs());
  const auto digests = Digests(message.text);
  ASSERT_THAT(digests, IsOk());
  ASSERT_EQ(digests->size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ((*digests)[i].digest, message.digests[i]) << i;
    EXPECT_EQ((*digests)[i].body, BodyAgreement::kSame) << i;
    EXPECT_EQ((*digests)[i].domain, "example.com");
    EXPECT_EQ((*digests)[i].selector, "s1");
    EXPECT_EQ((*digests)[i].algorithm, "rsa-sha256");
  }
}

// As a mail program saves it.
TEST(MessageDigestsTest, LinesMayEndInLfAlone) {
  const Signed message = Sign(kMessage, AllSpecs());
  std::string unix_text = message.text;
  std::erase(unix_text, '\r');
  const auto digests = Digests(unix_text);
  ASSERT_THAT(digests, IsOk());
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ((*digests)[i].digest, message.digests[i]) << i;
    EXPECT_EQ((*digests)[i].body, BodyAgreement::kSame) << i;
  }
}

// The examples of RFC 8463: their signatures verify over these digests.
TEST(MessageDigestsTest, OfTheRfcAreReproduced) {
  const std::string vectors = DKIMKEEPER_TEST_VECTORS;
  std::ifstream in(vectors + "/rfc8463.msg", std::ios::binary);
  const auto digests = DigestsOf(in);
  ASSERT_THAT(digests, IsOk());
  ASSERT_EQ(digests->size(), 2U);
  const auto signer = FileKeySigner::Open(vectors + "/rfc8463_ed.pem");
  const DigestToSign item{*Domain::Parse("football.example.com"), *Selector::Parse("brisbane"),
                          Algorithm::kEd25519Sha256, (*digests)[0].digest};
  EXPECT_EQ(EncodeBase64((*signer)->SignDigests({&item, 1}).at(0).value()),
            "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus"
            "Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==");
  EXPECT_EQ((*digests)[0].body, BodyAgreement::kSame);
  EXPECT_EQ((*digests)[1].algorithm, "rsa-sha256");
}

TEST(MessageDigestsTest, AChangedBodyIsSaid) {
  Signed message = Sign(kMessage, {Spec(Canonicalization::kRelaxed, Canonicalization::kRelaxed)});
  message.text.replace(message.text.find("Bye"), 3, "Buy");
  const auto digests = Digests(message.text);
  ASSERT_THAT(digests, IsOk());
  EXPECT_EQ((*digests)[0].digest, message.digests[0]);
  EXPECT_EQ((*digests)[0].body, BodyAgreement::kOther);
}

TEST(MessageDigestsTest, AChangedHeaderIsAnotherDigest) {
  Signed message = Sign(kMessage, {Spec(Canonicalization::kRelaxed, Canonicalization::kRelaxed)});
  message.text.replace(message.text.find("one"), 3, "won");
  EXPECT_NE(Digests(message.text)->at(0).digest, message.digests[0]);
}

// Hops of a list put other fields, and other signatures, before it.
TEST(MessageDigestsTest, WhatWasAddedLaterDoesNotMatter) {
  const Signed message =
      Sign(kMessage, {Spec(Canonicalization::kRelaxed, Canonicalization::kSimple)});
  const auto digests = Digests("DKIM-Signature: v=1; nonsense\r\nX-Other: x\r\n" + message.text);
  ASSERT_THAT(digests, IsOk());
  ASSERT_EQ(digests->size(), 1U);
  EXPECT_EQ((*digests)[0].digest, message.digests[0]);
}

TEST(MessageDigestsTest, WithALengthTheBodyIsNotJudged) {
  Signed message = Sign(kMessage, {Spec(Canonicalization::kRelaxed, Canonicalization::kSimple)});
  message.text.insert(message.text.find("v=1;"), "l=5; ");
  EXPECT_EQ(Digests(message.text)->at(0).body, BodyAgreement::kUnknown);
}

TEST(MessageDigestsTest, LongBodiesAreRead) {
  std::string text(kMessage);
  while (text.size() < 300'000) text += "and another line of text\r\n";
  const Signed message = Sign(text, AllSpecs());
  const auto digests = Digests(message.text);
  ASSERT_THAT(digests, IsOk());
  for (const SignatureDigest& each : *digests) EXPECT_EQ(each.body, BodyAgreement::kSame);
}

TEST(MessageDigestsTest, WithoutASignatureItSaysSo) {
  EXPECT_THAT(Digests(std::string(kMessage)), IsRefused(reason::kBadMessage));
  EXPECT_THAT(Digests(""), IsRefused(reason::kBadMessage));
  EXPECT_THAT(Digests("no header\r\n\r\n"), IsRefused(reason::kBadMessage));
}

TEST(WithoutSignatureTest, OnlyTheValueOfBGoes) {
  for (const auto& [text, expected] : {
           std::pair{"DKIM-Signature: v=1; b=abc; bh=xyz=; d=e",
                     "DKIM-Signature: v=1; b=; bh=xyz=; d=e"},
           std::pair{"DKIM-Signature: bh=q; b = a\r\n b", "DKIM-Signature: bh=q; b ="},
           std::pair{"DKIM-Signature:b=a=;d=e", "DKIM-Signature:b=;d=e"},
           std::pair{"DKIM-Signature: v=1;\r\n\tb=a\r\n b ;\r\n d=e",
                     "DKIM-Signature: v=1;\r\n\tb=;\r\n d=e"},
       }) {
    const auto field = HeaderField::Parse(text, "Line 1");
    ASSERT_THAT(field, IsOk());
    EXPECT_EQ(WithoutSignature(*field)->text(), expected);
  }
  EXPECT_FALSE(WithoutSignature(*HeaderField::Parse("DKIM-Signature: bh=b=1; d=e", "Line 1")));
}

}  // namespace
}  // namespace dkimkeeper
