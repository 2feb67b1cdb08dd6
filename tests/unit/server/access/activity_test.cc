#include "server/access/activity.h"

#include <gmock/gmock.h>

#include <thread>
#include <vector>

#include "server/access/access_rules.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::IdentityOf;
using sample::Minute;
using testing::ElementsAre;
using testing::Pair;

class ActivityTest : public testing::Test {
 protected:
  ActivityTest() {
    grants_.insert({IdentityOf("unix:a"), Verb::kSign, Scope::AllOf(sample::DomainOf("one.test"))});
    grants_.insert({IdentityOf("unix:a"), Verb::kSign, Scope::AllOf(sample::DomainOf("two.test"))});
    for (const char* identity : {"unix:b", "unix:c"}) {
      grants_.insert({IdentityOf(identity), Verb::kSign, Scope::Everything()});
    }
  }
  [[nodiscard]] bool Sign(const char* identity, const char* domain, int minute) {
    const AccessRules rules(grants_, {});  // new each time, as after a change of the store
    return activity_.NoteSignature(
        rules
            .Authorize(IdentityOf(identity), Verb::kSign,
                       Scope::Of(sample::DomainOf(domain), sample::SenderOf("default")))
            .value(),
        Minute(minute));
  }

  std::set<Grant> grants_;
  Activity activity_{{.identities = 2, .grants = 3}};
};

TEST_F(ActivityTest, CountsSignaturesAndTheFirstUseOfEachGrant) {
  EXPECT_TRUE(Sign("unix:a", "one.test", 1));
  EXPECT_FALSE(Sign("unix:a", "one.test", 2));
  EXPECT_TRUE(Sign("unix:a", "two.test", 3));
  EXPECT_FALSE(Sign("unix:a", "one.test", 4)) << "the one before the last";
  const IdentityActivity seen = activity_.Now().identities.at("unix:a");
  EXPECT_EQ(seen.signatures, 4U);
  EXPECT_EQ(seen.last_signature, Minute(4));
  ASSERT_EQ(seen.first_used.size(), 2U);
  EXPECT_EQ(seen.first_used.begin()->first.scope.ToString(), "one.test/*");
  EXPECT_EQ(seen.first_used.begin()->second, Minute(1));
}

TEST_F(ActivityTest, CountsRefusalsByReason) {
  activity_.NoteRefusal("unix:a", "NO_GRANT", Minute(1));
  activity_.NoteRefusal("unix:a", "NO_GRANT", Minute(2));
  activity_.NoteRefusal("unix:a", "QUOTA", Minute(3));
  activity_.NoteRefusal("", "NO_IDENTITY", Minute(4));
  const auto seen = activity_.Now().identities;
  EXPECT_THAT(seen.at("unix:a").refused, ElementsAre(Pair("NO_GRANT", 2), Pair("QUOTA", 1)));
  EXPECT_EQ(seen.at("unix:a").refusals(), 3U);
  EXPECT_EQ(seen.at("unix:a").last_refused, Minute(3));
  EXPECT_EQ(seen.at("unix:a").last_signature, std::nullopt);
  EXPECT_THAT(seen.at("").refused, ElementsAre(Pair("NO_IDENTITY", 1)));
}

TEST_F(ActivityTest, WhatHasNoRoomIsCountedTogether) {
  EXPECT_TRUE(Sign("unix:a", "one.test", 1));
  EXPECT_TRUE(Sign("unix:b", "one.test", 1));
  EXPECT_FALSE(Sign("unix:c", "one.test", 2)) << "nobody gives up a place";
  activity_.NoteRefusal("unix:d", "NO_GRANT", Minute(3));
  const Activity::Picture seen = activity_.Now();
  EXPECT_EQ(seen.identities.size(), 2U);
  EXPECT_EQ(seen.others.signatures, 1U);
  EXPECT_EQ(seen.others.refusals(), 1U);
}

TEST_F(ActivityTest, WhoWasOnlyRefusedMakesRoomForWhoSigns) {
  activity_.NoteRefusal("unix:x", "NO_GRANT", Minute(1));
  activity_.NoteRefusal("unix:y", "NO_GRANT", Minute(2));
  EXPECT_TRUE(Sign("unix:a", "one.test", 3));
  const Activity::Picture seen = activity_.Now();
  EXPECT_FALSE(seen.identities.contains("unix:x"));
  EXPECT_TRUE(seen.identities.contains("unix:y"));
  EXPECT_THAT(seen.others.refused, ElementsAre(Pair("NO_GRANT", 1)));
  EXPECT_EQ(seen.others.last_refused, Minute(1));
}

TEST_F(ActivityTest, UsesOfGrantsAreBoundedInAll) {
  EXPECT_TRUE(Sign("unix:a", "one.test", 1));
  EXPECT_TRUE(Sign("unix:a", "two.test", 1));
  EXPECT_TRUE(Sign("unix:b", "one.test", 1));
  grants_.insert({IdentityOf("unix:b"), Verb::kSign, Scope::AllOf(sample::DomainOf("two.test"))});
  EXPECT_FALSE(Sign("unix:b", "two.test", 2));
  EXPECT_EQ(activity_.Now().identities.at("unix:b").signatures, 2U);
}

TEST_F(ActivityTest, ManyThreadsCountRight) {
  {
    std::vector<std::jthread> threads;
    for (const char* who : {"unix:a", "unix:b", "unix:a", ""}) {
      threads.emplace_back([this, who] {
        for (int i = 0; i < 500; ++i) activity_.NoteRefusal(who, "QUOTA", Minute(1));
      });
    }
  }
  EXPECT_EQ(activity_.Now().identities.at("unix:a").refusals(), 1000U);
  EXPECT_EQ(activity_.Now().identities.at("").refusals(), 500U);
}

}  // namespace
}  // namespace dkimkeeper
