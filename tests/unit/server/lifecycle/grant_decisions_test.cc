#include "server/lifecycle/grant_decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/lifecycle/group_decisions.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::IdentityOf;
using sample::ScopeOf;
using testing::ElementsAre;

Grant Sign(std::string_view domain, std::string_view sender) {
  return {IdentityOf("uri:spiffe://mail/1"), Verb::kSign, ScopeOf(domain, sender)};
}

TEST(AddGrant, IsThereAfterwardsOnce) {
  Picture picture = Picture().With("example.com");
  const Grant grant = Sign("example.com", "default");
  for (int i = 0; i < 2; ++i) {
    picture.After(DecideAddGrant(picture.Get(), Admin(), grant).value());
  }
  EXPECT_THAT(picture.Get().contents.grants, ElementsAre(grant));
}

TEST(AddGrant, OnlyOnWhatExists) {
  const View view = Picture().With("example.com", {"news"}).Get();
  const auto reason = [&view](const Grant& grant) {
    return ReasonOf(DecideAddGrant(view, Admin(), grant));
  };
  EXPECT_EQ(reason(Sign("*", "*")), "");
  EXPECT_EQ(reason(Sign("example.com", "*")), "");
  EXPECT_EQ(reason(Sign("example.com", "news")), "");
  EXPECT_EQ(reason(Sign("example.com", "none")), "SENDER_UNKNOWN");
  EXPECT_EQ(reason(Sign("nowhere.example", "*")), "DOMAIN_UNKNOWN");
}

TEST(AddGrant, ARightThatEndsDoesNotProlongItself) {
  Picture picture = Picture().With("example.com").WithMember("group:admins", "unix:b");
  const Grant own{IdentityOf("uri:a"), Verb::kAdminister, Scope::Everything()};
  GrantLimits until_then;
  until_then.valid_until = sample::Minute(60);
  GrantLimits later;
  later.valid_until = sample::Minute(61);
  picture.After(DecideAddGrant(picture.Get(), Admin(), own, until_then).value());
  const Grant group{Grantee(GroupName::Parse("group:admins").value()), Verb::kAdminister,
                    Scope::Everything()};
  picture.After(DecideAddGrant(picture.Get(), Admin(), group).value());

  const Caller caller(IdentityOf("uri:a"), std::nullopt, sample::Minute(1));
  const View view = picture.Get();
  EXPECT_EQ(ReasonOf(DecideAddGrant(view, caller, own)), "NO_GRANT");
  EXPECT_EQ(ReasonOf(DecideAddGrant(view, caller, own, later)), "NO_GRANT");
  EXPECT_EQ(ReasonOf(DecideAddGrant(view, caller, own, until_then)), "");
  EXPECT_EQ(ReasonOf(DecideAddMembers(view, caller, GroupName::Parse("group:admins").value(),
                                      {GroupMember::Parse("uri:a").value()})),
            "NO_GRANT");
}

TEST(AddGrant, ARightFromOneNetworkIsNotWidened) {
  Picture picture;
  const Grant own{IdentityOf("uri:a"), Verb::kAdminister, Scope::Everything()};
  GrantLimits office;
  office.networks = {IpNetwork::Parse("192.0.2.0/24").value()};
  picture.After(DecideAddGrant(picture.Get(), Admin(), own, office).value());
  const Caller caller(IdentityOf("uri:a"), IpAddress::Parse("192.0.2.1"), sample::Minute(1));
  EXPECT_EQ(ReasonOf(DecideAddGrant(picture.Get(), caller, own)), "NO_GRANT");
  EXPECT_EQ(ReasonOf(DecideAddGrant(picture.Get(), caller, own, office)), "");
}

TEST(AddGrant, NobodyGivesMoreThanTheyAdminister) {
  const View view = Picture()
                        .With("example.com", {"news"})
                        .Grants("unix:news", Verb::kAdminister, "example.com", "news")
                        .Grants("unix:rotator", Verb::kRotate, "example.com", "*")
                        .Get();
  const auto reason = [&view](std::string_view caller, const Grant& grant) {
    return ReasonOf(DecideAddGrant(view, IdentityOf(caller), grant));
  };
  EXPECT_EQ(reason("unix:news", Sign("example.com", "news")), "");
  EXPECT_EQ(reason("unix:news", Sign("example.com", "default")), "NO_GRANT");
  EXPECT_EQ(reason("unix:news", Sign("example.com", "*")), "NO_GRANT");
  EXPECT_EQ(reason("unix:news", Sign("*", "*")), "NO_GRANT");
  EXPECT_EQ(reason("unix:news", Sign("nowhere.example", "*")), "NO_GRANT");
  EXPECT_EQ(reason("unix:rotator", Sign("example.com", "news")), "NO_GRANT");
}

TEST(AddGrant, AgainGetsTheNewLimits) {
  Picture picture = Picture().With("example.com");
  const Grant grant = Sign("example.com", "default");
  picture.After(DecideAddGrant(picture.Get(), Admin(), grant, {.per_day = 7}).value());
  EXPECT_EQ(picture.Get().contents.grant_limits.at(grant).per_day, 7U);
  picture.After(DecideAddGrant(picture.Get(), Admin(), grant).value());
  EXPECT_TRUE(picture.Get().contents.grant_limits.empty());
}

TEST(AddGrant, OnlyForGroupsThatExistAndOfTheRightKind) {
  const View view = Picture()
                        .With("example.com")
                        .WithMember("group:mail", "unix:exim")
                        .WithMember("group:payroll", "example.com")
                        .Get();
  const auto reason = [&view](std::string_view who, std::string_view domain) {
    const Grant grant{Grantee::Parse(who).value(), Verb::kSign, ScopeOf(domain, "*")};
    return ReasonOf(DecideAddGrant(view, Admin(), grant));
  };
  EXPECT_EQ(reason("group:mail", "group:payroll"), "");
  EXPECT_EQ(reason("unix:exim", "group:none"), "GROUP_UNKNOWN");
  EXPECT_EQ(reason("group:none", "example.com"), "GROUP_UNKNOWN");
  EXPECT_EQ(reason("unix:exim", "group:mail"), "BAD_GROUP");
  EXPECT_EQ(reason("group:payroll", "example.com"), "BAD_GROUP");
}

TEST(AddGrant, OnAGroupNeedsMoreThanItsDomains) {
  const View view = Picture()
                        .With("example.com")
                        .WithMember("group:payroll", "example.com")
                        .Grants("unix:com", Verb::kAdminister, "example.com", "*")
                        .Grants("unix:group", Verb::kAdminister, "group:payroll", "*")
                        .Get();
  const Grant grant = Sign("group:payroll", "*");
  EXPECT_EQ(ReasonOf(DecideAddGrant(view, IdentityOf("unix:com"), grant)), "NO_GRANT");
  EXPECT_EQ(ReasonOf(DecideAddGrant(view, IdentityOf("unix:group"), grant)), "");
  EXPECT_EQ(ReasonOf(DecideAddGrant(view, IdentityOf("unix:group"), Sign("example.com", "*"))), "");
}

TEST(RemoveGrant, TakesOneAndLeavesTheOthers) {
  const Grant kept = Sign("example.com", "*");
  Picture picture = Picture().With("example.com").With(kept).With(Sign("example.com", "default"));
  picture.After(DecideRemoveGrant(picture.Get(), Admin(), Sign("example.com", "default")).value());
  EXPECT_THAT(picture.Get().contents.grants, ElementsAre(kept));
}

TEST(RemoveGrant, OfTheConfigurationStays) {
  const Grant bootstrap{Admin(), Verb::kAdminister, Scope::Everything()};
  EXPECT_EQ(ReasonOf(DecideRemoveGrant(Picture().Get(), Admin(), bootstrap)), "GRANT_UNKNOWN");
}

TEST(RemoveGrant, RightsBeforeExistence) {
  const View view = Picture().With("example.com").With(Sign("example.com", "default")).Get();
  for (const char* sender : {"default", "*"}) {
    EXPECT_EQ(ReasonOf(DecideRemoveGrant(view, Stranger(), Sign("example.com", sender))),
              "NO_GRANT");
  }
  EXPECT_EQ(ReasonOf(DecideRemoveGrant(view, Admin(), Sign("example.com", "*"))), "GRANT_UNKNOWN");
}

}  // namespace
}  // namespace dkimkeeper
