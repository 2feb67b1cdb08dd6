// The whole of it in simulated time: from a domain without a key to the end of its first key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/keys/key_state.h"
#include "tests/unit/server/rotation/works.h"

namespace dkimkeeper {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> WithoutWatches(std::vector<std::string> taken) {
  std::erase(taken, "watch");
  return taken;
}

std::string NameOfRecord(const Key& key) { return KeyRecordName(key.selector, key.domain).value(); }

TEST(RotationStory, FromNoKeyToTheEndOfTheFirst) {
  World world;
  Works works(world);
  works.AddDomain("example.com");
  EXPECT_THAT(works.Run(), ElementsAre("generate", "publish", "prove"));
  EXPECT_EQ(works.States(), "PUBLISHED");
  // What was there before may be remembered for 300 s.
  EXPECT_THAT(works.RunFor(minutes(4)), IsEmpty());
  EXPECT_THAT(works.RunFor(minutes(1)), ElementsAre("activate", "generate", "publish", "prove"));
  EXPECT_EQ(works.States(), "ACTIVE PUBLISHED");
  EXPECT_TRUE(works.Keys().front()->rotate_at);

  EXPECT_THAT(WithoutWatches(works.RunFor(days(101))),
              ElementsAre("activate", "generate", "publish", "prove", "await stop"));
  EXPECT_EQ(works.States(), "RETIRING ACTIVE PUBLISHED");
  const Key retiring = *works.Keys().front();
  EXPECT_EQ(*retiring.signs_until - *retiring.retired_at, hours(1));

  EXPECT_THAT(WithoutWatches(works.RunFor(days(8))),
              ElementsAre("revoke", "withdraw", "prove withdrawn"));
  const StandingRecords revoked = world.zone.At(NameOfRecord(retiring));
  ASSERT_EQ(revoked.txt.size(), 1U);
  EXPECT_FALSE(ParseKeyRecord(Joined(revoked.txt.front()))->public_key);
  EXPECT_THAT(WithoutWatches(works.RunFor(days(31))),
              ElementsAre("remove record", "prove removed", "destroy"));
  EXPECT_EQ(works.States(), "DESTROYED ACTIVE PUBLISHED");
  EXPECT_TRUE(world.zone.At(NameOfRecord(retiring)).txt.empty());
  EXPECT_THAT(works.Alarms(), IsEmpty());
}

TEST(RotationStory, ARecordByHandIsWaitedFor) {
  World world;
  world.publishers.Add("", world.zone);
  world.zone.SetAsks(true);
  world.policy.defaults.publisher = "";
  world.checker.SetAll(ZoneChecker::Mood::kEmpty);  // the owner has not come to it
  Works works(world);
  works.AddDomain("example.com");
  EXPECT_THAT(works.Run(), ElementsAre("generate", "publish", "prove: waits"));
  EXPECT_EQ(works.Planned(StepKind::kProve)->waits_for, "ns1: missing");
  EXPECT_THAT(works.RunFor(days(2)), Contains("prove: waits"));
  EXPECT_EQ(works.States(), "PENDING");
  EXPECT_THAT(works.Alarms(),
              ElementsAre("rotation.stuck example.com/" + works.Keys().front()->selector.str()));
  world.checker.SetAll(ZoneChecker::Mood::kHonest);
  EXPECT_THAT(works.RunFor(hours(1)), Contains("activate"));
  EXPECT_THAT(works.Alarms(), IsEmpty());
}

TEST(RotationStory, AGivenUpDomainLivesToTheEndOfItsKeys) {
  World world;
  Works works(world);
  works.AddDomain("example.com");
  works.RunFor(days(1));
  DomainEntry entry = works.registry().Get()->contents.domains.begin()->second;
  entry.removing_at = world.now();
  works.Put({PutDomain{entry}});
  works.RunFor(days(60));
  EXPECT_EQ(works.States(), "DESTROYED DESTROYED");
  EXPECT_TRUE(world.zone.All().empty());
  EXPECT_TRUE(works.registry().Get()->contents.domains.empty());
}

TEST(RotationStory, AnInterruptionAnywhereChangesNothingInTheEnd) {
  World world;
  std::optional<Works> works(std::in_place, world);
  works->AddDomain("example.com");
  // A new process for every step: whatever it remembers is in the store.
  std::vector<std::string> taken;
  const Timestamp end = world.now() + days(150);
  while (world.now() < end) {
    works.emplace(world);
    (void)works->lease().Renew();
    const auto steps = works->rotation().Plan();
    ASSERT_FALSE(steps.empty());
    world.clock.Advance(std::max(steps.front().due - world.now(), std::chrono::milliseconds(0)));
    (void)works->lease().Renew();
    if (steps.front().kind != StepKind::kWatch) taken.emplace_back(StepName(steps.front().kind));
    (void)works->rotation().Perform(steps.front());
  }
  EXPECT_EQ(works->States(), "DESTROYED ACTIVE PUBLISHED");
  EXPECT_THAT(works->Alarms(), IsEmpty());
}

}  // namespace
}  // namespace dkimkeeper
