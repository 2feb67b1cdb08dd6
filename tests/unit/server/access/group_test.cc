#include "server/access/group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/access/access_rules.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::IdentityOf;
using sample::ScopeOf;

GroupName Mail() { return GroupName::Parse("group:mail").value(); }
GroupName Payroll() { return GroupName::Parse("group:payroll").value(); }
Identity Mx() { return IdentityOf("dns:mx.example.com"); }

// group:mail is mx, group:payroll is example.com and example.net.
AccessRules Rules(const Grant& grant) {
  return {std::set<Grant>{grant},
          {},
          {},
          std::set<Membership>{{Mail(), GroupMember(Mx())},
                               {Payroll(), GroupMember(DomainOf("example.com"))},
                               {Payroll(), GroupMember(DomainOf("example.net"))}}};
}

bool MaySign(const AccessRules& rules, const Identity& identity, const char* domain,
             const char* sender = "") {
  return rules.Authorize(identity, Verb::kSign, ScopeOf(domain, sender)).has_value();
}

TEST(Groups, OfIdentitiesHoldsForItsMembers) {
  const AccessRules rules = Rules({Grantee(Mail()), Verb::kSign, ScopeOf("example.org", "")});
  EXPECT_TRUE(MaySign(rules, Mx(), "example.org"));
  EXPECT_FALSE(MaySign(rules, Mx(), "example.com"));
  EXPECT_FALSE(MaySign(rules, IdentityOf("dns:mx2.example.com"), "example.org"));
  EXPECT_TRUE(rules.MaySee(Mx(), ScopeOf("example.org", "")));
  EXPECT_TRUE(rules.MaySeeDomain(Mx(), DomainOf("example.org")));
  EXPECT_THAT(rules.GroupsOf(Mx()), testing::ElementsAre("group:mail"));
  ASSERT_EQ(rules.GrantsOf(Mx()).size(), 1U);
  EXPECT_EQ(rules.GrantsOf(Mx())[0].grant.identity.str(), "group:mail");
}

TEST(Groups, OfDomainsHoldsOnItsMembers) {
  const AccessRules rules =
      Rules({Mx(), Verb::kSign, Scope::OfGroup(Payroll(), Sender::Default())});
  EXPECT_TRUE(MaySign(rules, Mx(), "example.com"));
  EXPECT_TRUE(MaySign(rules, Mx(), "example.net"));
  EXPECT_FALSE(MaySign(rules, Mx(), "example.net", "crm")) << "another sender";
  EXPECT_FALSE(MaySign(rules, Mx(), "example.org"));
  EXPECT_FALSE(MaySign(rules, Mx(), "*"));
  EXPECT_TRUE(rules.MaySomewhereIn(Mx(), Verb::kSign, DomainOf("example.com")));
  EXPECT_FALSE(rules.MaySomewhereIn(Mx(), Verb::kSign, DomainOf("example.org")));
}

TEST(Groups, OfBoth) {
  const AccessRules rules =
      Rules({Grantee(Mail()), Verb::kSign, Scope::OfGroup(Payroll(), std::nullopt)});
  EXPECT_TRUE(MaySign(rules, Mx(), "example.com", "crm"));
  EXPECT_TRUE(MaySign(rules, Mx(), "example.com", "*"));
  EXPECT_FALSE(MaySign(rules, IdentityOf("unix:other"), "example.com"));
  EXPECT_FALSE(rules.Authorize(Mx(), Verb::kRotate, ScopeOf("example.com", "")));
}

TEST(Groups, WithoutMembersGrantNothing) {
  const auto ghost = GroupName::Parse("group:ghost").value();
  EXPECT_FALSE(
      MaySign(Rules({Grantee(ghost), Verb::kSign, ScopeOf("*", "")}), Mx(), "example.com"));
  EXPECT_FALSE(MaySign(Rules({Mx(), Verb::kSign, Scope::OfGroup(ghost, std::nullopt)}), Mx(),
                       "example.com"));
}

TEST(GroupMember, IsAnIdentityOrADomain) {
  EXPECT_TRUE(GroupMember::Parse("dns:mx.example.com")->is_identity());
  EXPECT_FALSE(GroupMember::Parse("Example.COM")->is_identity());
  EXPECT_EQ(GroupMember::Parse("Example.COM")->str(), "example.com");
  EXPECT_EQ(GroupMember::Parse("group:mail").error().reason, "BAD_IDENTITY");
  EXPECT_EQ(GroupMember::Parse("*").error().reason, "BAD_DOMAIN");
}

}  // namespace
}  // namespace dkimkeeper
