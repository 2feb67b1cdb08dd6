#include "client/agent/outgoing_message.h"

#include <gmock/gmock.h>

#include "tests/unit/client/agent/support.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// One message of a mail server that passes on all white space.
class OutgoingMessageTest : public testing::Test {
 protected:
  OutgoingMessageTest() { keys_.Set({Key("example.com", "s1")}); }

  OutgoingMessage Begin(bool leading_space = true) {
    return {std::make_shared<const AgentPolicy>(policy_),
            arrival_,
            1767225600,
            leading_space,
            {keys_, signer_}};
  }

  static Verdict ReadHeader(OutgoingMessage& message, std::string_view from) {
    message.AddHeaderField("From", from);
    message.AddHeaderField("Subject", " a subject\n\tin two lines");
    return message.EndHeader();
  }

  Closing Send(std::string_view from = " joe@example.com") {
    OutgoingMessage message = Begin();
    const Verdict header = ReadHeader(message, from);
    if (header.action != Action::kContinue) return {header};
    message.AppendBody("Hi.\r\n");
    return message.Finish();
  }

  AgentPolicy policy_;
  Arrival arrival_;
  SetKeys keys_;
  RefusingSigner signer_;
};

TEST_F(OutgoingMessageTest, IsSigned) {
  const Closing closing = Send();
  EXPECT_EQ(closing.verdict, (Verdict{Action::kAccept, "", "signed"}));
  ASSERT_THAT(closing.fields, SizeIs(1));
  EXPECT_THAT(closing.fields[0], HasSubstr("d=example.com; s=s1"));
  EXPECT_THAT(closing.fields[0], HasSubstr("t=1767225600"));
}

TEST_F(OutgoingMessageTest, GetsASignatureOfEachAlgorithm) {
  keys_.Set({Key("example.com", "s1"), Key("example.com", "s2", Algorithm::kEd25519Sha256)});
  const Closing closing = Send();
  ASSERT_THAT(closing.fields, SizeIs(2));
  EXPECT_THAT(closing.fields[1], HasSubstr("a=ed25519-sha256"));
  EXPECT_EQ(signer_.calls, 1) << "one call for both";
}

TEST_F(OutgoingMessageTest, GetsTheProvidersOwnToo) {
  keys_.Set({Key("example.com", "s1"), Key("provider.example", "p1")});
  policy_.second = SigningLine{Dom("provider.example")};
  EXPECT_THAT(Send().fields, SizeIs(2));
  EXPECT_THAT(Send(" joe@provider.example").fields, SizeIs(1)) << "not the same twice";
  keys_.Set({Key("example.com", "s1")});
  EXPECT_THAT(Send().fields, SizeIs(1));
}

TEST_F(OutgoingMessageTest, OfAUnicodeDomainMatchesItsALabel) {
  keys_.Set({Key("xn--bcher-kva.example", "s1")});
  EXPECT_THAT(Send(" joe@bücher.example").fields, SizeIs(1));
}

TEST_F(OutgoingMessageTest, OfAParentsDomainIsSignedByTheParent) {
  EXPECT_EQ(Send(" joe@sub.example.com").verdict.result, "unknown_domain");
  policy_.parents = {Dom("example.com")};
  const Closing closing = Send(" joe@sub.example.com");
  ASSERT_THAT(closing.fields, SizeIs(1));
  EXPECT_THAT(closing.fields[0], HasSubstr("d=example.com;"));
}

TEST_F(OutgoingMessageTest, OfASenderWithoutAKeyIsNotSignedByAnother) {
  policy_.sender_rules = SenderRules({{.sender = SenderNamed("news")}});
  EXPECT_EQ(Send().verdict.result, "NO_ACTIVE_KEY");
  EXPECT_EQ(Send().verdict.action, Action::kTempfail);
  keys_.Set({Key("example.com", "s1"), Key("example.com", "n1", Algorithm::kRsaSha256, "news")});
  EXPECT_THAT(Send().fields.at(0), HasSubstr("s=n1"));
}

TEST_F(OutgoingMessageTest, HeaderFieldsDecideWhereARuleTakesTheirWord) {
  arrival_.listener = "NEWS";
  keys_.Set({Key("example.com", "s1"), Key("example.com", "n1", Algorithm::kRsaSha256, "news")});
  policy_.sender_rules = SenderRules({{.sender = SenderNamed("news"),
                                       .listener = "NEWS",
                                       .header_name = "x-service",
                                       .header_value = "newsletter"}});
  OutgoingMessage message = Begin();
  message.AddHeaderField("X-SERVICE", " newsletter\n ");
  ASSERT_EQ(ReadHeader(message, " joe@example.com").action, Action::kContinue);
  EXPECT_THAT(message.Finish().fields.at(0), HasSubstr("s=n1"));
  EXPECT_THAT(Send().fields.at(0), HasSubstr("s=s1"));
}

TEST_F(OutgoingMessageTest, OfAForeignAuthorIsRefusedByPolicy) {
  keys_.Set({Key("example.com", "s1"), Key("example.org", "o1")});
  arrival_.authenticated = "joe@example.com";
  EXPECT_EQ(Send().verdict.result, "signed");
  EXPECT_EQ(Send(" sue@example.org").verdict.action, Action::kReject);
  policy_.foreign_author = Refusal::kUnsigned;
  const Closing closing = Send(" sue@example.org");
  EXPECT_EQ(closing.verdict, (Verdict{Action::kAccept, "", "foreign_author"}));
  EXPECT_THAT(closing.fields, SizeIs(0));
  EXPECT_EQ(signer_.calls, 1) << "nothing was asked for the others";
}

TEST_F(OutgoingMessageTest, ThatIsMalformedIsRefusedByPolicy) {
  for (const char* from :
       {"", " joe", " joe@example.com, sue@example.com", " joe@example.com\r x"}) {
    EXPECT_EQ(Send(from).verdict.action, Action::kReject) << from;
    EXPECT_EQ(Send(from).verdict.result, "malformed") << from;
  }
  policy_.malformed = Refusal::kUnsigned;
  EXPECT_EQ(Send("").verdict, (Verdict{Action::kAccept, "", "malformed"}));
}

TEST_F(OutgoingMessageTest, WithTwoFromFieldsOrABareNewlineIsMalformed) {
  OutgoingMessage two = Begin();
  two.AddHeaderField("From", " joe@example.com");
  EXPECT_EQ(ReadHeader(two, " joe@example.com").result, "malformed");

  OutgoingMessage bare = Begin();
  ASSERT_EQ(ReadHeader(bare, " joe@example.com").action, Action::kContinue);
  bare.AppendBody("one\ntwo\r\n");
  EXPECT_EQ(bare.Finish().verdict.result, "malformed");
  EXPECT_EQ(signer_.calls, 0);
}

TEST_F(OutgoingMessageTest, WithoutAKeyListIsDeferred) {
  keys_.newest = nullptr;
  EXPECT_EQ(Send().verdict.action, Action::kTempfail);
  EXPECT_EQ(Send().verdict.result, "SERVER_AWAY");
}

TEST_F(OutgoingMessageTest, ThatCannotBeSignedFollowsTheDomainsPolicy) {
  signer_.error = Error{Code::kUnavailable, std::string(reason::kTokenAway), "away"};
  EXPECT_EQ(Send().verdict.action, Action::kTempfail);
  keys_.Set({Key("example.com", "s1", Algorithm::kRsaSha256, "default", FailPolicy::kUnsigned)});
  const Closing closing = Send();
  EXPECT_EQ(closing.verdict, (Verdict{Action::kAccept, "", "TOKEN_AWAY"}));
  EXPECT_THAT(closing.fields, SizeIs(0));
}

TEST_F(OutgoingMessageTest, ThatGoesUnsignedByTheDomainsPolicyCanSaySo) {
  policy_.unsigned_note = "X-Unsigned";
  signer_.error = Error{Code::kUnavailable, std::string(reason::kTokenAway), "away"};
  EXPECT_EQ(Send().verdict.note, "") << "deferred";
  EXPECT_EQ(Send(" joe@elsewhere.example").verdict.note, "") << "none of ours";
  keys_.Set({Key("example.com", "s1", Algorithm::kRsaSha256, "default", FailPolicy::kUnsigned)});
  EXPECT_EQ(Send().verdict.note, "X-Unsigned");
}

TEST_F(OutgoingMessageTest, OutlivesTheRotationOfItsKey) {
  signer_.refused_selector = "s1";
  keys_.now = ListOf({Key("example.com", "s2")});
  EXPECT_THAT(Send().fields.at(0), HasSubstr("s=s2"));
  EXPECT_EQ(keys_.asked, 1);
}

TEST_F(OutgoingMessageTest, IsDeferredWhereTheNewKeyCannotBeLearned) {
  signer_.refused_selector = "s1";
  EXPECT_EQ(Send().verdict.action, Action::kTempfail);
  EXPECT_EQ(Send().verdict.result, "SELECTOR_NOT_ACTIVE");
}

TEST_F(OutgoingMessageTest, SimpleHeadersNeedTheirWhiteSpace) {
  policy_.canonicalization = {Canonicalization::kSimple, Canonicalization::kSimple};
  EXPECT_EQ(Send().verdict.result, "signed");
  OutgoingMessage message = Begin(false);
  EXPECT_EQ(ReadHeader(message, "joe@example.com").action, Action::kTempfail);
  EXPECT_THAT(message.trouble(), HasSubstr("relaxed"));
  policy_.canonicalization = {};
  OutgoingMessage relaxed = Begin(false);
  EXPECT_EQ(ReadHeader(relaxed, "joe@example.com").action, Action::kContinue);
}

TEST_F(OutgoingMessageTest, OfAnUnknownDomainIsRejectedWhereAskedFor) {
  EXPECT_EQ(Send(" joe@else.example").verdict.action, Action::kAccept);
  policy_.unknown_domain = Refusal::kReject;
  EXPECT_EQ(Send(" joe@else.example").verdict.action, Action::kReject);
}

}  // namespace
}  // namespace dkimkeeper
