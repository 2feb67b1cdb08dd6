#include "server/lifecycle/grant_decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
