#include "client/agent/milter_session.h"

#include <gmock/gmock.h>

#include <map>

#include "tests/fakes/manual_clock.h"
#include "tests/unit/client/agent/support.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

AgentPolicy OnlyLocalNetwork() {
  AgentPolicy policy;
  policy.originates.networks = {IpNetwork::Parse("127.0.0.0/8").value()};
  policy.originates.macros = {{"{daemon_name}", {"ORIGINATING"}}};
  return policy;
}

// The test is the mail server.
class MilterSessionTest : public testing::Test {
 protected:
  MilterSessionTest() {
    keys_.Set({Key("example.com", "s1"), Key("example.org", "o1")});
    session_.Negotiated(true);
    Connect("127.0.0.1");
  }

  void Connect(const char* address) { session_.Connected(IpAddress::Parse(address).value()); }
  MilterSession::Macros macros() {
    return [this](const std::string& name) { return values_[name]; };
  }
  Verdict Mail(const char* envelope = "<joe@example.com>") {
    return session_.Mail(envelope, macros());
  }
  Verdict Header(const char* from = " joe@example.com") {
    session_.HeaderField("From", from);
    return session_.EndOfHeader(macros());
  }
  Closing End() {
    session_.Body("Hi.\r\n");
    return session_.EndOfMessage(macros());
  }

  std::map<std::string, std::string> values_ = {{"i", "4QueueId"}};
  std::string log_;
  EventLog events_{[this](Severity, std::string_view line) { log_.append(line).append("\n"); }};
  CurrentPolicy policy_{OnlyLocalNetwork()};
  SetKeys keys_;
  RefusingSigner signer_;
  ManualClock clock_;
  AgentMetrics metrics_;
  MilterSession session_{{policy_, keys_, signer_, clock_, metrics_, events_}};
};

TEST_F(MilterSessionTest, SignsMailOfThisHost) {
  EXPECT_EQ(Mail().action, Action::kContinue);
  EXPECT_EQ(Header().action, Action::kContinue);
  const Closing closing = End();
  EXPECT_EQ(closing.verdict.action, Action::kAccept);
  EXPECT_THAT(closing.fields, SizeIs(1));
  EXPECT_EQ(log_,
            "event=mail.signed queue=4QueueId origin=network author=example.com domain=example.com "
            "sender=default keys=s1/rsa-sha256 risks=\"\"\n");
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("dkimkeeper_agent_messages_total{action=\"accept\",origin=\"network\","
                        "result=\"signed\"} 1"));
}

TEST_F(MilterSessionTest, WhatMayBeChangedLaterIsCounted) {
  (void)Mail();
  (void)Header();
  session_.Body("caf\xc3\xa9\r\n");
  (void)End();
  EXPECT_THAT(log_, HasSubstr(" risks=eight_bit\n"));
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("dkimkeeper_agent_transit_risks_total{risk=\"eight_bit\"} 1"));
}

TEST_F(MilterSessionTest, NeverLooksAtMailFromElsewhere) {
  Connect("198.51.100.1");
  EXPECT_EQ(Mail().action, Action::kAccept);
  EXPECT_EQ(Header().action, Action::kAccept) << "should the mail server go on all the same";
  EXPECT_THAT(End().fields, IsEmpty());
  EXPECT_EQ(signer_.calls, 0);
  EXPECT_THAT(log_, IsEmpty());
  EXPECT_THAT(metrics_.Render(), HasSubstr("result=\"inbound\"} 1"));
}

TEST_F(MilterSessionTest, WithoutAConnectionNothingIsFromHere) {
  MilterSession session({policy_, keys_, signer_, clock_, metrics_, events_});
  session.Negotiated(true);
  values_["{auth_authen}"] = "joe@example.com";
  EXPECT_EQ(session.Mail("<joe@example.com>", macros()).action, Action::kAccept);
  session.Connected(std::nullopt);
  EXPECT_EQ(session.Mail("<joe@example.com>", macros()).action, Action::kContinue);
}

TEST_F(MilterSessionTest, MacrosAreReadForEachMessage) {
  Connect("198.51.100.1");
  values_["{daemon_name}"] = "ORIGINATING";
  EXPECT_EQ(Mail().action, Action::kContinue);
  values_["{daemon_name}"] = "";
  EXPECT_EQ(Mail().action, Action::kAccept);
}

TEST_F(MilterSessionTest, NothingLeaksFromOneMessageToTheNext) {
  (void)Mail();
  session_.HeaderField("From", " sue@example.org");
  session_.Abort();
  (void)Mail();
  EXPECT_EQ(Header().action, Action::kContinue) << "one From, not two";
  EXPECT_THAT(End().fields.at(0), HasSubstr("d=example.com"));
  EXPECT_THAT(End().fields, IsEmpty()) << "there is no message any more";
  EXPECT_THAT(metrics_.Render(), HasSubstr("result=\"aborted\"} 1"));
}

TEST_F(MilterSessionTest, AnotherMailEndsTheMessageBeforeIt) {
  (void)Mail();
  session_.HeaderField("From", " sue@example.org");
  (void)Mail();
  EXPECT_EQ(Header().action, Action::kContinue);
}

TEST_F(MilterSessionTest, AVerdictEndsTheMessage) {
  (void)Mail();
  EXPECT_EQ(Header(" joe@example.com, sue@example.com").action, Action::kReject);
  EXPECT_EQ(End().verdict.action, Action::kAccept);
  EXPECT_EQ(signer_.calls, 0);
  EXPECT_THAT(log_, HasSubstr("event=mail.not_signed queue=4QueueId origin=network identity=\"\" "
                              "author=\"\" action=reject reason=malformed"));
}

TEST_F(MilterSessionTest, ALoginIsOfItsMessageOnly) {
  values_["{auth_authen}"] = "joe@example.com";
  (void)Mail();
  EXPECT_EQ(Header(" sue@example.org").result, "foreign_author");
  EXPECT_THAT(log_, HasSubstr("identity=joe@example.com"));
  values_["{auth_authen}"] = "";
  (void)Mail();
  EXPECT_EQ(Header(" sue@example.org").action, Action::kContinue);
}

TEST_F(MilterSessionTest, AMessageKeepsThePolicyItBeganWith) {
  (void)Mail();
  AgentPolicy other = OnlyLocalNetwork();
  other.canonicalization = {Canonicalization::kSimple, Canonicalization::kSimple};
  policy_.Replace(other);
  (void)Header();
  EXPECT_THAT(End().fields.at(0), HasSubstr("c=relaxed/relaxed"));
  (void)Mail();
  (void)Header();
  EXPECT_THAT(End().fields.at(0), HasSubstr("c=simple/simple"));
}

TEST_F(MilterSessionTest, BracketsAreNoPartOfTheAddress) {
  AgentPolicy policy = OnlyLocalNetwork();
  policy.sender_rules = SenderRules({{.sender = SenderNamed("news"), .envelope = "n@example.com"}});
  policy_.Replace(policy);
  keys_.Set({Key("example.com", "n1", Algorithm::kRsaSha256, "news")});
  for (const char* envelope : {"<n@example.com>", "n@example.com"}) {
    (void)Mail(envelope);
    (void)Header();
    EXPECT_THAT(End().fields, SizeIs(1)) << envelope;
  }
  (void)Mail("<>");
  (void)Header();
  EXPECT_EQ(End().verdict.result, "NO_ACTIVE_KEY");
}

TEST_F(MilterSessionTest, NoMailContentIsLogged) {
  (void)Mail();
  session_.HeaderField("Subject", " secret subject");
  session_.HeaderField("From", " \"secret name\" <joe@example.com>, secret@example.com");
  (void)session_.EndOfHeader(macros());
  EXPECT_THAT(log_, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace dkimkeeper
