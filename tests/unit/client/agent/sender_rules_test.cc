#include "client/agent/sender_rules.h"

#include <gmock/gmock.h>

#include "tests/unit/client/agent/support.h"

namespace dkimkeeper {
namespace {

Arrival Came(const char* authenticated, const char* envelope = "", const char* listener = "") {
  return {.client = {},
          .authenticated = authenticated,
          .listener = listener,
          .envelope = envelope,
          .macros = {}};
}

SenderRule RuleFor(const char* sender) {
  SenderRule rule;
  rule.sender = SenderNamed(sender);
  return rule;
}

std::string Chosen(const SenderRule& rule, const Arrival& arrival, const NamedFields& fields = {}) {
  return SenderRules({rule}).SenderOf(arrival, Dom("example.com"), fields).str();
}

TEST(SenderRulesTest, DefaultWithoutARule) {
  EXPECT_EQ(SenderRules().SenderOf(Came("joe"), Dom("example.com"), {}).str(), "default");
}

TEST(SenderRulesTest, Identity) {
  SenderRule rule = RuleFor("news");
  rule.authenticated = "news@example.com";
  EXPECT_EQ(Chosen(rule, Came("news@EXAMPLE.com")), "news");
  EXPECT_EQ(Chosen(rule, Came("News@example.com")), "default");
  EXPECT_EQ(Chosen(rule, Came("")), "default");
  rule.authenticated = "@example.com";
  EXPECT_EQ(Chosen(rule, Came("anybody@example.com")), "news");
  EXPECT_EQ(Chosen(rule, Came("anybody@sub.example.com")), "default");
  rule.authenticated = "relay";
  EXPECT_EQ(Chosen(rule, Came("relay")), "news");
  EXPECT_EQ(Chosen(rule, Came("relay@example.com")), "default");
}

TEST(SenderRulesTest, Envelope) {
  SenderRule rule = RuleFor("bounces");
  rule.envelope = "@bounces.example.com";
  EXPECT_EQ(Chosen(rule, Came("", "b+1@bounces.example.com")), "bounces");
  EXPECT_EQ(Chosen(rule, Came("", "")), "default");
}

TEST(SenderRulesTest, AllThatIsWrittenMustHold) {
  SenderRule rule = RuleFor("news");
  rule.listener = "NEWS";
  rule.domain = Dom("example.com");
  EXPECT_EQ(Chosen(rule, Came("", "", "NEWS")), "news");
  EXPECT_EQ(Chosen(rule, Came("", "", "news")), "default");
  rule.domain = Dom("example.org");
  EXPECT_EQ(Chosen(rule, Came("", "", "NEWS")), "default");
}

TEST(SenderRulesTest, AHeaderFieldOnlyBesideWhoseWordItIs) {
  SenderRule rule = RuleFor("news");
  rule.listener = "NEWS";
  rule.header_name = "x-service";
  rule.header_value = "newsletter";
  const NamedFields fields = {{"x-service", "other"}, {"x-service", "newsletter"}};
  EXPECT_EQ(Chosen(rule, Came("", "", "NEWS"), fields), "news");
  EXPECT_EQ(Chosen(rule, Came("", "", "NEWS"), {{"x-service", "newsletters"}}), "default");
  EXPECT_EQ(Chosen(rule, Came("", "", "OTHER"), fields), "default");
  EXPECT_THAT(SenderRules({rule}).HeaderNames(), testing::ElementsAre("x-service"));
}

TEST(SenderRulesTest, TheFirstThatHoldsDecides) {
  SenderRule other = RuleFor("other");
  other.listener = "OTHER";
  const SenderRules rules({other, RuleFor("first"), RuleFor("second")});
  EXPECT_EQ(rules.SenderOf(Came(""), Dom("example.com"), {}).str(), "first");
}

}  // namespace
}  // namespace dkimkeeper
