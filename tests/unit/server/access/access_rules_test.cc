#include "server/access/access_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "proto/reason.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::IdentityOf;
using sample::ScopeOf;

Identity Mx() { return IdentityOf("dns:mx.example.com"); }
Identity Ops() { return IdentityOf("uri:spiffe://example.com/ops"); }

// One grant, one question.
struct AskRow {
  const char* name;
  Grant granted;
  Grant asked;
  bool allowed;
};

class AuthorizeTest : public testing::TestWithParam<AskRow> {};

TEST_P(AuthorizeTest, IsAllowedOrNot) {
  const AskRow& row = GetParam();
  for (const bool from_configuration : {false, true}) {
    const std::set<Grant> grants{row.granted};
    const AccessRules rules =
        from_configuration ? AccessRules({}, grants) : AccessRules(grants, {});
    const Identity caller = IdentityOf(row.asked.identity.str());
    const auto authorized = rules.Authorize(caller, row.asked.verb, row.asked.scope);
    ASSERT_EQ(authorized.has_value(), row.allowed);
    if (row.allowed) {
      EXPECT_EQ(authorized->identity(), caller);
      EXPECT_EQ(authorized->verb(), row.asked.verb);
      EXPECT_EQ(authorized->scope(), row.asked.scope);
    } else {
      EXPECT_EQ(authorized.error().code, Code::kPermissionDenied);
      EXPECT_EQ(authorized.error().reason, reason::kNoGrant);
    }
  }
}

Grant Sign(const char* domain, const char* sender) {
  return {Mx(), Verb::kSign, ScopeOf(domain, sender)};
}

INSTANTIATE_TEST_SUITE_P(
    Rows, AuthorizeTest,
    testing::Values(
        AskRow{"Exact", Sign("example.com", "crm"), Sign("example.com", "crm"), true},
        AskRow{"OtherSender", Sign("example.com", "crm"), Sign("example.com", ""), false},
        AskRow{"OtherDomain", Sign("example.com", ""), Sign("example.org", ""), false},
        AskRow{"EverySender", Sign("example.com", "*"), Sign("example.com", "crm"), true},
        AskRow{"EverySenderAsSuch", Sign("example.com", "*"), Sign("example.com", "*"), true},
        AskRow{"OneSenderIsNotEvery", Sign("example.com", ""), Sign("example.com", "*"), false},
        AskRow{"SubDomain", Sign("example.com", "*"), Sign("mail.example.com", ""), false},
        AskRow{"ParentDomain", Sign("mail.example.com", "*"), Sign("example.com", ""), false},
        AskRow{"SameEnding", Sign("example.com", "*"), Sign("notexample.com", ""), false},
        AskRow{"Everything", Sign("*", ""), Sign("example.com", "crm"), true},
        AskRow{"EverythingAsSuch", Sign("*", ""), Sign("*", ""), true},
        AskRow{"OneDomainIsNotEverything", Sign("example.com", "*"), Sign("*", ""), false},
        AskRow{"OtherVerb",
               {Mx(), Verb::kAdminister, ScopeOf("*", "")},
               Sign("example.com", ""),
               false},
        AskRow{"OtherIdentity",
               {Ops(), Verb::kSign, ScopeOf("*", "")},
               Sign("example.com", ""),
               false},
        AskRow{"OtherKindOfIdentity",
               {IdentityOf("uri:mx.example.com"), Verb::kSign, ScopeOf("*", "")},
               Sign("example.com", ""),
               false},
        AskRow{"OtherLetterCaseOfIdentity",
               {IdentityOf("dns:MX.example.com"), Verb::kSign, ScopeOf("*", "")},
               Sign("example.com", ""),
               false}),
    [](const auto& info) { return info.param.name; });

TEST(AccessRules, DenyWithoutAnyGrant) {
  const AccessRules rules;
  for (const Verb verb : {Verb::kSign, Verb::kRotate, Verb::kAudit, Verb::kAdminister}) {
    EXPECT_FALSE(rules.Authorize(Mx(), verb, ScopeOf("example.com", "")));
    EXPECT_FALSE(rules.MaySomewhereIn(Mx(), verb, DomainOf("example.com")));
  }
  EXPECT_FALSE(rules.MaySee(Mx(), ScopeOf("example.com", "")));
  EXPECT_FALSE(rules.MaySeeDomain(Mx(), DomainOf("example.com")));
  EXPECT_THAT(rules.GrantsOf(Mx()), testing::IsEmpty());
}

TEST(AccessRules, RefusalNamesIdentityVerbAndScope) {
  const auto refused = AccessRules().Authorize(Mx(), Verb::kRotate, ScopeOf("example.com", "crm"));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("dns:mx.example.com"));
  EXPECT_THAT(refused.error().message, testing::HasSubstr("rotate"));
  EXPECT_THAT(refused.error().message, testing::HasSubstr("example.com/crm"));
}

TEST(AccessRules, StoreAndConfigurationAddUp) {
  const Grant stored = Sign("example.com", "");
  const Grant configured{Mx(), Verb::kAdminister, ScopeOf("*", "")};
  const AccessRules rules(std::set<Grant>{stored}, {configured, stored});
  EXPECT_TRUE(rules.Authorize(Mx(), Verb::kSign, stored.scope));
  EXPECT_TRUE(rules.Authorize(Mx(), Verb::kAdminister, ScopeOf("example.org", "crm")));
  EXPECT_THAT(rules.GrantsOf(Mx()),
              testing::ElementsAre(LimitedGrant{stored, {}}, LimitedGrant{configured, {}}));
  EXPECT_THAT(rules.GrantsOf(Ops()), testing::IsEmpty());
}

TEST(AccessRules, SomewhereInADomainNeedsTheVerbOnOneOfItsSenders) {
  const AccessRules rules(std::set<Grant>{Sign("example.com", "crm")}, {});
  EXPECT_TRUE(rules.MaySomewhereIn(Mx(), Verb::kSign, DomainOf("example.com")));
  EXPECT_FALSE(rules.MaySomewhereIn(Mx(), Verb::kRotate, DomainOf("example.com")));
  EXPECT_FALSE(rules.MaySomewhereIn(Mx(), Verb::kSign, DomainOf("mail.example.com")));
  EXPECT_FALSE(rules.MaySomewhereIn(Ops(), Verb::kSign, DomainOf("example.com")));
  EXPECT_TRUE(AccessRules(std::set<Grant>{Sign("*", "")}, {})
                  .MaySomewhereIn(Mx(), Verb::kSign, DomainOf("example.com")));
}

TEST(AccessRules, AnyVerbLetsSeeItsScopeAndNoMore) {
  const AccessRules rules(std::set<Grant>{{Mx(), Verb::kAudit, ScopeOf("example.com", "crm")}}, {});
  EXPECT_TRUE(rules.MaySee(Mx(), ScopeOf("example.com", "crm")));
  EXPECT_FALSE(rules.MaySee(Mx(), ScopeOf("example.com", "")));
  EXPECT_FALSE(rules.MaySee(Mx(), ScopeOf("example.com", "*")));
  EXPECT_FALSE(rules.MaySee(Ops(), ScopeOf("example.com", "crm")));
  EXPECT_TRUE(rules.MaySeeDomain(Mx(), DomainOf("example.com")));
  EXPECT_FALSE(rules.MaySeeDomain(Mx(), DomainOf("mail.example.com")));
  EXPECT_FALSE(rules.MaySeeDomain(Mx(), DomainOf("example.org")));
}

TEST(AccessRules, GrantOnEverythingSeesEverything) {
  const AccessRules rules(std::set<Grant>{{Ops(), Verb::kAudit, ScopeOf("*", "")}}, {});
  EXPECT_TRUE(rules.MaySee(Ops(), ScopeOf("example.com", "crm")));
  EXPECT_TRUE(rules.MaySeeDomain(Ops(), DomainOf("example.org")));
}

}  // namespace
}  // namespace dkimkeeper
