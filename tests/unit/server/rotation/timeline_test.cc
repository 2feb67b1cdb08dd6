#include "server/rotation/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::ActiveKeyOf;
using sample::DomainOf;
using sample::Minute;
using std::chrono::days;
using std::chrono::hours;
using testing::ElementsAre;

const Domain kDomain = DomainOf("example.com");

DomainEntry Entry(PolicySettings policy = {}) {
  return {.domain = kDomain,
          .senders = {Sender::Default()},
          .created_at = Minute(0),
          .policy = std::move(policy)};
}

std::vector<Step> TimelineOf(const Picture& picture, std::chrono::milliseconds horizon) {
  return Timeline(picture.Get(), kDomain, Policy(), kTokens, Minute(1), horizon);
}

std::vector<std::string> KindsOf(const std::vector<Step>& steps) {
  std::vector<std::string> kinds;
  for (const Step& step : steps) kinds.emplace_back(StepName(step.kind));
  return kinds;
}

TEST(Timeline, ANewDomainGetsItsFirstKeyAndItsStandby) {
  const auto steps = TimelineOf(Picture().With(Entry()), hours(2));
  EXPECT_THAT(KindsOf(steps), ElementsAre("generate", "publish", "prove", "activate", "generate",
                                          "publish", "prove"));
  EXPECT_EQ(steps[3].due, Minute(61)) << "its TTL is over";
}

TEST(Timeline, AKeyLivesItsWholeLife) {
  const auto steps = TimelineOf(Picture().With(Entry()), days(400));
  std::vector<std::string> first;
  const auto key = steps[3].key;
  for (const Step& step : steps) {
    if (step.key == key) first.emplace_back(StepName(step.kind));
  }
  EXPECT_THAT(first, ElementsAre("publish", "prove", "activate", "end hand-over", "await stop",
                                 "revoke", "withdraw", "prove withdrawn", "remove record",
                                 "prove removed", "destroy"));
  EXPECT_TRUE(std::ranges::is_sorted(steps, {}, &Step::due));
}

TEST(Timeline, AShorterPeriodShows) {
  const auto count = [](const std::vector<Step>& steps) {
    return std::ranges::count(steps, StepKind::kActivate, &Step::kind);
  };
  EXPECT_EQ(count(TimelineOf(Picture().With(Entry()), days(365))), 3);
  EXPECT_GE(count(TimelineOf(Picture().With(Entry({{"rotation_period", "30d"}})), days(365))), 12);
}

TEST(Timeline, PoolsAreUsedInTurnAndAgain) {
  const auto steps = TimelineOf(
      Picture().With(Entry({{"rotation_period", "30d"}, {"rsa_selectors", "k1 k2 k3 k4"}})),
      days(400));
  std::set<std::string> used;
  for (const Step& step : steps) {
    if (step.selector) used.insert(step.selector->str());
  }
  EXPECT_THAT(used, ElementsAre("k1", "k2", "k3", "k4"));
  EXPECT_GE(std::ranges::count(steps, StepKind::kActivate, &Step::kind), 11);
}

TEST(Timeline, WhatWaitsForAPersonIsAdviceAndTakenAllTheSame) {
  for (DomainEntry entry : {Entry({{"mode", "manual"}}), Entry()}) {
    if (entry.policy.empty()) entry.paused_at = Minute(0);
    const auto steps = TimelineOf(Picture().With(entry), hours(2));
    ASSERT_EQ(steps.size(), 7U);
    EXPECT_TRUE(steps.front().advice);
  }
  EXPECT_FALSE(TimelineOf(Picture().With(Entry()), hours(2)).front().advice);
}

TEST(Timeline, ADomainThatIsRemovedEnds) {
  DomainEntry entry = Entry();
  entry.removing_at = Minute(0);
  const auto steps =
      TimelineOf(Picture().With(entry).With(ActiveKeyOf("example.com", "s1")), days(100));
  ASSERT_FALSE(steps.empty());
  EXPECT_EQ(steps.back().kind, StepKind::kDropDomain);
}

TEST(Timeline, OfAnUnknownDomainIsEmpty) { EXPECT_TRUE(TimelineOf(Picture(), days(100)).empty()); }

}  // namespace
}  // namespace dkimkeeper
