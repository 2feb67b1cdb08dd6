#include "client/cli/difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> Lines(const std::vector<Changes>& lists) {
  std::vector<std::string> lines;
  for (const Changes& changes : lists) {
    for (const Change& change : changes) lines.push_back(change.line);
  }
  return lines;
}

DocumentDomain Wanted(const char* name) {
  DocumentDomain domain;
  domain.name = name;
  return domain;
}

v1::Domain Held(const char* name) {
  v1::Domain domain;
  domain.set_domain(name);
  domain.set_fail_policy(v1::FAIL_POLICY_TEMPFAIL);
  domain.set_token("main");
  domain.add_senders("default");
  return domain;
}

v1::Grant HeldGrant(const char* identity, const char* domain) {
  v1::Grant grant;
  grant.set_identity(identity);
  grant.set_verb(v1::VERB_SIGN);
  grant.set_domain(domain);
  grant.set_sender("*");
  return grant;
}

DocumentGrant WantedGrant(const char* identity, const char* domain) {
  return {.identity = identity, .verb = "sign", .domain = domain, .sender = "*"};
}

void Hold(google::protobuf::RepeatedPtrField<v1::Setting>* settings, const char* name,
          const char* value) {
  v1::Setting* setting = settings->Add();
  setting->set_name(name);
  setting->set_value(value);
}

TEST(Difference, ANewDomainComesBeforeAllElseOfIt) {
  DocumentDomain wanted = Wanted("example.com");
  wanted.placement = DocumentPlacement{"cloud", "cold"};
  wanted.policy = {{"drain", "14d"}};
  wanted.senders = {{.name = "news", .policy = {{"mode", "manual"}}, .placement = {{"main", ""}}}};
  const Difference difference = Compare({.domains = {wanted}, .grants = {}}, {}, {}, true);
  EXPECT_THAT(Lines(difference.domains),
              ElementsAre("+ domain example.com (token cloud, standby cold)",
                          "~ policy example.com: drain=14d", "+ sender example.com/news",
                          "~ placement example.com/news: token main",
                          "~ policy example.com/news: mode=manual"));
  EXPECT_EQ(std::get<v1::AddDomainRequest>(difference.domains[0][0].request).standby_token(),
            "cold");
  EXPECT_EQ(std::get<v1::SetPolicyRequest>(difference.domains[0][4].request).sender(), "news");
}

TEST(Difference, WhatIsThereAlreadyIsNoChange) {
  DocumentDomain wanted = Wanted("example.com");
  wanted.placement = DocumentPlacement{"main", ""};
  wanted.policy = {{"handover_window", "24h"}};
  v1::Domain held = Held("example.com");
  Hold(held.mutable_settings(), "handover_window", "1d");
  const Difference difference =
      Compare({.domains = {wanted}, .grants = {WantedGrant("unix:a", "*")}}, {held},
              {HeldGrant("unix:a", "*")}, true);
  EXPECT_THAT(difference.domains, IsEmpty());
  EXPECT_THAT(difference.grants, IsEmpty());
  EXPECT_THAT(difference.conflicts, IsEmpty());
}

TEST(Difference, AChangedSettingSaysWhatItWas) {
  DocumentDomain wanted = Wanted("example.com");
  wanted.policy = {{"drain", "14d"}};
  v1::Domain held = Held("example.com");
  Hold(held.mutable_settings(), "drain", "7d");
  Hold(held.mutable_settings(), "standby", "true");
  EXPECT_THAT(Lines(Compare({.domains = {wanted}, .grants = {}}, {held}, {}, false).domains),
              ElementsAre("~ policy example.com: drain=14d (was 7d)"));
  EXPECT_THAT(Lines(Compare({.domains = {wanted}, .grants = {}}, {held}, {}, true).domains),
              ElementsAre("~ policy example.com: drain=14d (was 7d), standby unset (was true)"));
}

TEST(Difference, NothingIsTakenAwayWithoutPrune) {
  v1::Domain held = Held("example.com");
  held.add_senders("old");
  Hold(held.mutable_settings(), "drain", "7d");
  const std::vector<v1::Domain> domains{held, Held("other.example")};
  const std::vector<v1::Grant> grants{HeldGrant("unix:a", "*"), HeldGrant("unix:b", "*")};
  const Document document{.domains = {Wanted("example.com")},
                          .grants = {WantedGrant("unix:a", "*")}};
  const Difference kept = Compare(document, domains, grants, false);
  EXPECT_THAT(kept.domains, IsEmpty());
  EXPECT_THAT(kept.grants, IsEmpty());
  const Difference pruned = Compare(document, domains, grants, true);
  EXPECT_THAT(Lines(pruned.domains),
              ElementsAre("~ policy example.com: drain unset (was 7d)",
                          "- sender example.com/old (its keys end)",
                          "- domain other.example (its keys end, then it goes)"));
  EXPECT_THAT(Lines(pruned.grants), ElementsAre("- grant unix:b sign *"));
}

TEST(Difference, ADocumentThatNamesNoneOfAKindLeavesAllOfIt) {
  const Difference difference =
      Compare({}, {Held("example.com")}, {HeldGrant("unix:a", "example.com")}, true);
  EXPECT_THAT(difference.domains, IsEmpty());
  EXPECT_THAT(difference.grants, IsEmpty());
}

TEST(Difference, GrantsOfTheConfigurationStay) {
  v1::Grant bootstrap = HeldGrant("unix:root", "*");
  bootstrap.set_bootstrap(true);
  const Document document{.domains = {}, .grants = {WantedGrant("unix:a", "example.com")}};
  EXPECT_THAT(Lines(Compare(document, {}, {bootstrap}, true).grants),
              ElementsAre("+ grant unix:a sign example.com/*"));
}

TEST(Difference, WhatIsBeingRemovedIsNotRemovedTwice) {
  v1::Domain gone = Held("other.example");
  gone.set_removing_at_ms(1);
  v1::Domain held = Held("example.com");
  held.add_senders("old");
  held.add_removing_senders("old");
  EXPECT_THAT(
      Compare({.domains = {Wanted("example.com")}, .grants = {}}, {held, gone}, {}, true).domains,
      IsEmpty());
}

TEST(Difference, WhatNoCallCanChangeIsAConflict) {
  v1::Domain held = Held("example.com");
  held.set_fail_policy(v1::FAIL_POLICY_UNSIGNED);
  held.set_allow_underscore(true);
  held.set_removing_at_ms(1);
  held.add_removing_senders("news");
  DocumentDomain wanted = Wanted("example.com");
  wanted.senders = {{.name = "news", .policy = {}, .placement = {}}};
  EXPECT_THAT(Compare({.domains = {wanted}, .grants = {}}, {held}, {}, false).conflicts,
              ElementsAre(HasSubstr("example.com is being removed"),
                          HasSubstr("example.com/news is being removed"),
                          HasSubstr("fail_policy unsigned"), HasSubstr("allow_underscore true")));
}

TEST(SameValue, UnitsAndSpacesDoNotCount) {
  EXPECT_TRUE(SameValue("24h", "1d"));
  EXPECT_TRUE(SameValue("a  b", "a b"));
  EXPECT_FALSE(SameValue("24h", "24m"));
  EXPECT_FALSE(SameValue("2048", "3072"));
  EXPECT_FALSE(SameValue("", "0s"));
}

}  // namespace
}  // namespace dkimkeeper
