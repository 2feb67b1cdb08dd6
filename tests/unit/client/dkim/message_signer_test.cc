#include "dkimkeeper/message_signer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/dkim/header_hash.h"
#include "proto/dkim/base64.h"
#include "tests/fakes/echo_signer.h"
#include "tests/unit/client/dkim/reference_verifier.h"
#include "tests/unit/client/dkim/support.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kMessage =
    "From: Joe <joe@example.com>\r\nTo: a@example.net\r\nSubject: one\r\n two\r\n\r\n"
    "Hi.  There\r\n\r\n \t\r\n";

// The emitted field holds the digest that the naive verifier computes.
void ExpectVerifies(const std::string& field, const std::string& message) {
  const SignatureField parsed = ParseEmitted(field);
  const ReferenceVerdict verdict = ReferenceVerify(field + message, parsed);
  EXPECT_TRUE(verdict.body_hash_matches) << field;
  EXPECT_EQ(parsed.signature.substr(0, 32), verdict.digest.ToBytes()) << field;
}

TEST(MessageSignerTest, EmittedFieldSaysWhatWasAsked) {
  SignatureSpec spec = SpecFor(kRelaxedSimple);
  spec.identity = "joe@sub.example.com";
  const auto fields = SignEcho(
      kMessage, {spec}, {.signed_at = 1528637909, .expires_after = std::chrono::seconds(86400)});
  ASSERT_TRUE(fields.has_value());
  SignatureField parsed = ParseEmitted(fields->at(0));
  EXPECT_EQ(parsed.signature.size(), 256U);
  EXPECT_EQ(parsed.body_hash.size(), 32U);
  parsed.signature.clear();
  parsed.body_hash.clear();
  EXPECT_EQ(parsed, (SignatureField{.algorithm = Algorithm::kRsaSha256,
                                    .canonicalization = kRelaxedSimple,
                                    .domain = spec.domain,
                                    .selector = spec.selector,
                                    .identity = "joe@sub.example.com",
                                    .header_names = {"from", "from", "reply-to", "subject",
                                                     "subject", "date", "to", "to", "cc",
                                                     "message-id", "mime-version", "content-type"},
                                    .body_hash = {},
                                    .signature = {},
                                    .signed_at = 1528637909,
                                    .expires_at = 1528637909 + 86400}));
}

TEST(MessageSignerTest, AllPairsAndBothAlgorithmsFromOnePassVerify) {
  EchoSigner signer;
  const auto fields = Sign(kMessage, SpecsForAllPairs(), {}, signer);
  ASSERT_TRUE(fields.has_value());
  ASSERT_EQ(fields->size(), 4U);
  for (const std::string& field : *fields) ExpectVerifies(field, std::string(kMessage));
  EXPECT_EQ(signer.asked().size(), 4U) << "one call for all digests of a message";
  for (const DigestToSign& asked : signer.asked()) {
    EXPECT_EQ(HashHeader(asked.header_block), asked.digest);
    EXPECT_THAT(asked.header_block, testing::EndsWith("b="));
  }
}

TEST(MessageSignerTest, SignerIsAskedForTheDomainSelectorAndAlgorithmOfEachSpec) {
  EchoSigner signer;
  std::vector<SignatureSpec> specs = {SpecFor(), SpecFor()};
  specs[1].domain = Domain::Parse("example.org").value();
  specs[1].selector = Selector::Parse("other").value();
  specs[1].algorithm = Algorithm::kEd25519Sha256;
  ASSERT_TRUE(Sign(kMessage, specs, {}, signer).has_value());
  ASSERT_EQ(signer.asked().size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(signer.asked()[i].domain, specs[i].domain);
    EXPECT_EQ(signer.asked()[i].selector, specs[i].selector);
    EXPECT_EQ(signer.asked()[i].algorithm, specs[i].algorithm);
  }
}

TEST(MessageSignerTest, MessagesOfEveryShapeVerify) {
  const std::vector<std::string> messages = {
      "From: a@example.com\r\n\r\n",
      "From: a@example.com\r\n",
      "From: a@example.com",
      "From: a@example.com\r\n\r\n\r\n\r\n",
      "From: a@example.com\r\n\r\nno final line end",
      "From: a@example.com\r\n\r\n.\r\n..\r\n.a\r\n",
      "From: a@example.com\r\nSubject:\r\n\r\n \t \r\n",
      "From: a@example.com\r\nSubject: \xC3\xA4\r\n\r\n\xFF\xFE\x80 \r\n",
      std::string("From: a@example.com\r\nSubject: a\0b\r\n\r\na\0b\r\n", 42),
      "fROM \t: a@example.com\r\nSUBJECT : \t x \t\r\n \t\r\n y \r\n\r\nx\r\n",
      "Received: 1\r\nTo: 1\r\nFrom: a@example.com\r\nTo: 2\r\nTo: 3\r\n\r\nx\r\n",
      "From: a@example.com\r\nReferences:\r\n <1@example.com>\r\n <2@example.com>\r\n\r\nx\r\n",
      "From: a@example.com\r\n\r\n" + std::string(5000, 'x') + "  " + std::string(998, 'y') +
          "\r\n",
      "DKIM-Signature: v=1; a=rsa-sha256; b=old\r\nFrom: a@example.com\r\n\r\nx\r\n"};
  for (const std::string& message : messages) {
    const auto fields = SignEcho(message, SpecsForAllPairs());
    ASSERT_TRUE(fields.has_value()) << message;
    for (const std::string& field : *fields) ExpectVerifies(field, message);
  }
}

TEST(MessageSignerTest, BodyCanonicalizationIsNotTheHeaders) {
  const auto body_hash = [](CanonicalizationPair pair) {
    return EncodeBase64(
        ParseEmitted(SignEcho("From: a@example.com\r\n\r\n", {SpecFor(pair)}).value().at(0))
            .body_hash);
  };
  EXPECT_EQ(body_hash(kRelaxedSimple), "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
  EXPECT_EQ(body_hash(kSimpleRelaxed), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST(MessageSignerTest, LengthTagIsNeverEmitted) {
  for (const std::string message :
       {"From: a@example.com\r\n\r\n", "From: a@example.com\r\n\r\nbody\r\n"}) {
    const auto fields = SignEcho(message, SpecsForAllPairs(),
                                 {.signed_at = 5, .expires_after = std::chrono::seconds(10)});
    for (const std::string& field : fields.value()) {
      const std::string value = field.substr(field.find(':') + 1);
      const TagList tags = TagList::Parse(value.substr(0, value.size() - 2)).value();
      EXPECT_TRUE(tags.Find("x").has_value());
      EXPECT_FALSE(tags.Find("l").has_value());
      EXPECT_EQ(ParseEmitted(field).expires_at, 15);
    }
  }
}

TEST(MessageSignerTest, NoTimesUnlessAsked) {
  const SignatureField parsed = ParseEmitted(SignEcho(kMessage, {SpecFor()}).value().at(0));
  EXPECT_FALSE(parsed.signed_at.has_value());
  EXPECT_FALSE(parsed.expires_at.has_value());
}

TEST(MessageSignerTest, NothingLeaksFromOneMessageToTheNext) {
  const std::string other = "From: b@example.com\r\nTo: x\r\nTo: y\r\n\r\nother \r\n\r\n";
  const auto alone = SignEcho(kMessage, SpecsForAllPairs()).value();
  const auto other_alone = SignEcho(other, SpecsForAllPairs()).value();
  // Two at once on one signer, after one that failed.
  EchoSigner signer;
  ASSERT_FALSE(Sign("From: a@example.com\r\n\r\nx\r", SpecsForAllPairs(), {}, signer).has_value());
  const auto first = MessageSigner::Create(SpecsForAllPairs(), {}, signer).value();
  const auto second = MessageSigner::Create(SpecsForAllPairs(), {}, signer).value();
  for (std::size_t i = 0; i < std::max(kMessage.size(), other.size()); ++i) {
    if (i < kMessage.size()) {
      ASSERT_TRUE(first->Append(kMessage.substr(i, 1)).has_value());
    }
    if (i < other.size()) {
      ASSERT_TRUE(second->Append(other.substr(i, 1)).has_value());
    }
  }
  EXPECT_EQ(first->Finish().value(), alone);
  EXPECT_EQ(second->Finish().value(), other_alone);
}

TEST(MessageSignerTest, MilterCallbacksGiveWhatTheWholeMessageGives) {
  EchoSigner signer;
  const auto message = MessageSigner::Create(SpecsForAllPairs(), {}, signer).value();
  ASSERT_TRUE(message->AddHeaderField("From", " Joe <joe@example.com>").has_value());
  ASSERT_TRUE(message->AddHeaderField("To", " a@example.net").has_value());
  ASSERT_TRUE(message->AddHeaderField("Subject", " one\n two").has_value());
  ASSERT_TRUE(message->EndHeader().has_value());
  ASSERT_TRUE(message->AppendBody("Hi.  There\r").has_value());
  ASSERT_TRUE(message->AppendBody("\n\r\n \t\r\n").has_value());
  EXPECT_EQ(message->Finish().value(), SignEcho(kMessage, SpecsForAllPairs()).value());
}

TEST(MessageSignerTest, MilterMessageWithoutBody) {
  EchoSigner signer;
  const auto message = MessageSigner::Create({SpecFor()}, {}, signer).value();
  ASSERT_TRUE(message->AddHeaderField("From", " a@example.com").has_value());
  ASSERT_TRUE(message->EndHeader().has_value());
  EXPECT_EQ(message->Finish().value(),
            SignEcho("From: a@example.com\r\n\r\n", {SpecFor()}).value());
}

TEST(MessageSignerTest, AuthorIsKnownOnceTheHeaderIsComplete) {
  EchoSigner signer;
  const auto message = MessageSigner::Create({SpecFor()}, {}, signer).value();
  ASSERT_TRUE(message->Append("From: Joe <joe@example.com>\r\n").has_value());
  EXPECT_FALSE(message->Author().has_value());
  ASSERT_TRUE(message->Append("\r\n").has_value());
  EXPECT_EQ(message->Author().value(), (Mailbox{"joe", Domain::Parse("example.com").value()}));
}

TEST(MessageSignerTest, FixedNewlinesSignWhatTheRepairedMessageSigns) {
  const MessageOptions fix{.bare_newline = BareNewline::kFix};
  const auto expected = SignEcho(kMessage, SpecsForAllPairs()).value();
  std::string lf_only(kMessage);
  std::erase(lf_only, '\r');
  std::string cr_only(kMessage);
  std::erase(cr_only, '\n');
  EXPECT_EQ(SignEcho(lf_only, SpecsForAllPairs(), fix).value(), expected);
  EXPECT_EQ(SignEcho(cr_only, SpecsForAllPairs(), fix).value(), expected);
  EXPECT_EQ(SignEcho(kMessage, SpecsForAllPairs(), fix).value(), expected);
}

TEST(MessageSignerTest, OversigningBreaksWhenAFieldIsAdded) {
  const auto fields = SignEcho(kMessage, {SpecFor()}).value();
  const SignatureField parsed = ParseEmitted(fields.at(0));
  const ReferenceVerdict verdict =
      ReferenceVerify(fields.at(0) + "Subject: added\r\n" + std::string(kMessage), parsed);
  EXPECT_NE(verdict.digest.ToBytes(), parsed.signature.substr(0, 32));
}

}  // namespace
}  // namespace dkimkeeper
