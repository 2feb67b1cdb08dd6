// Several daemons on one store: who lives, who is behind.
#include "server/store/heartbeat.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/fakes/manual_clock.h"
#include "tests/unit/server/registry/registry_fixture.h"

namespace dkimkeeper {
namespace {

using sample::Minute;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::steady_clock;

// A daemon with a clock of its own host.
struct Daemon {
  Daemon(MemoryStore& store, std::string name)
      : registry(Registry::Open(store, {}).value()),
        heartbeat(store, *registry, clock,
                  {.name = std::move(name), .snapshot_max_age = minutes(10)}) {}

  ManualClock clock;
  std::unique_ptr<Registry> registry;
  Heartbeat heartbeat;
};

class HeartbeatTest : public RegistryFixture {
 protected:
  void Advance(std::chrono::nanoseconds by) {
    a_.clock.Advance(by);
    b_.clock.Advance(by);
  }
  // Commits something, and answers the generation from which on it is known.
  std::uint64_t Change() {
    const auto updated =
        registry_->Update(Minute(0), Adding("d" + std::to_string(store_.commits()) + ".example"));
    return updated->view->contents.generation;
  }
  static std::vector<std::string> NamesOf(const std::vector<DaemonBeat>& beats) {
    std::vector<std::string> names;
    for (const DaemonBeat& beat : beats) names.push_back(beat.name);
    return names;
  }

  Daemon a_{store_, "a"};
  Daemon b_{store_, "b"};
};

TEST_F(HeartbeatTest, NothingIsAcknowledgedBeforeTheFirstBeat) {
  EXPECT_TRUE(a_.heartbeat.Alive().empty());
  EXPECT_EQ(a_.heartbeat.Acknowledged(), 0U);
  EXPECT_THAT(a_.heartbeat.Behind(0), testing::ElementsAre("a"));
}

TEST_F(HeartbeatTest, ABeatTakesOverWhatOthersCommitted) {
  const std::uint64_t generation = Change();
  EXPECT_TRUE(a_.heartbeat.Beat());
  EXPECT_EQ(a_.registry->Get()->contents.generation, generation);
  EXPECT_EQ(a_.heartbeat.Acknowledged(), generation);
  EXPECT_THAT(a_.heartbeat.Behind(generation), testing::IsEmpty());
}

TEST_F(HeartbeatTest, TheLowestGenerationOfAllIsAcknowledged) {
  EXPECT_TRUE(b_.heartbeat.Beat());
  const std::uint64_t generation = Change();
  EXPECT_TRUE(a_.heartbeat.Beat());
  EXPECT_EQ(NamesOf(a_.heartbeat.Alive()), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(a_.heartbeat.Acknowledged(), generation - 1);
  EXPECT_THAT(a_.heartbeat.Behind(generation), testing::ElementsAre("b"));
  EXPECT_TRUE(b_.heartbeat.Beat());
  EXPECT_TRUE(a_.heartbeat.Beat());
  EXPECT_EQ(a_.heartbeat.Acknowledged(), generation);
}

TEST_F(HeartbeatTest, OneThatStandsStillIsGoneAfterTheAgeOfASnapshot) {
  EXPECT_TRUE(b_.heartbeat.Beat());
  EXPECT_TRUE(a_.heartbeat.Beat());
  const std::uint64_t generation = Change();
  Advance(minutes(10) - seconds(1));
  EXPECT_TRUE(a_.heartbeat.Beat());
  EXPECT_THAT(a_.heartbeat.Behind(generation), testing::ElementsAre("b"));
  Advance(seconds(1));
  EXPECT_TRUE(a_.heartbeat.Beat());
  EXPECT_THAT(a_.heartbeat.Behind(generation), testing::IsEmpty());
  EXPECT_EQ(NamesOf(a_.heartbeat.Alive()), std::vector<std::string>{"a"});
  EXPECT_TRUE(b_.heartbeat.Beat());
  EXPECT_TRUE(a_.heartbeat.Beat());
  EXPECT_EQ(NamesOf(a_.heartbeat.Alive()), (std::vector<std::string>{"a", "b"})) << "and is back";
}

TEST_F(HeartbeatTest, AHostWhoseClockIsHoursOffIsNotTakenForGone) {
  b_.clock.JumpTo(b_.clock.Now() - hours(5));
  for (int minute = 0; minute < 30; ++minute) {
    EXPECT_TRUE(b_.heartbeat.Beat());
    EXPECT_TRUE(a_.heartbeat.Beat());
    Advance(minutes(1));
  }
  EXPECT_EQ(NamesOf(a_.heartbeat.Alive()), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(NamesOf(b_.heartbeat.Alive()), (std::vector<std::string>{"a", "b"}));
}

TEST_F(HeartbeatTest, AHostWhoseClockIsSetBackByMonthsIsNotForgotten) {
  for (int minute = 0; minute < 30; ++minute) {
    if (minute == 10) b_.clock.JumpTo(b_.clock.Now() - std::chrono::days(100));
    EXPECT_TRUE(b_.heartbeat.Beat());
    EXPECT_TRUE(a_.heartbeat.Beat());
    EXPECT_EQ(NamesOf(a_.heartbeat.Alive()), (std::vector<std::string>{"a", "b"})) << minute;
    Advance(minutes(1));
  }
  EXPECT_EQ(a_.heartbeat.SlowestClock(), ToTimestamp(b_.clock.Now() - minutes(1)));
}

TEST_F(HeartbeatTest, RowsOfThoseThatStandStillForADayAreForgotten) {
  EXPECT_TRUE(b_.heartbeat.Beat());
  EXPECT_TRUE(a_.heartbeat.Beat());
  for (int hour = 0; hour < 25; ++hour) {
    Advance(hours(1));
    EXPECT_TRUE(a_.heartbeat.Beat());
  }
  const auto rows = store_.Beat({"c", 0, Minute(0)}, Timestamp::min());
  EXPECT_EQ(NamesOf(*rows), (std::vector<std::string>{"a", "c"}));
}

TEST_F(HeartbeatTest, ContactIsWhenTheStoreWasAskedAndOthersHeardOfIt) {
  EXPECT_EQ(a_.registry->SnapshotAge(a_.clock.Steady()), steady_clock::duration::max());
  EXPECT_TRUE(a_.heartbeat.Beat());
  EXPECT_EQ(a_.registry->LastContact(), a_.clock.Steady());
  Advance(minutes(3));
  EXPECT_EQ(a_.registry->SnapshotAge(a_.clock.Steady()), minutes(3));
  store_.SetAway(true);
  EXPECT_EQ(a_.heartbeat.Beat().error().reason, "STORE_AWAY");
  EXPECT_EQ(a_.registry->SnapshotAge(a_.clock.Steady()), minutes(3));
  store_.SetAway(false);
  EXPECT_TRUE(a_.heartbeat.Beat());
  EXPECT_EQ(a_.registry->SnapshotAge(a_.clock.Steady()), minutes(0));
}

TEST_F(HeartbeatTest, WaitEndsWhenTheLastOneHasAcknowledged) {
  EXPECT_TRUE(b_.heartbeat.Beat());
  EXPECT_TRUE(a_.heartbeat.Beat());
  const std::uint64_t generation = Change();
  std::jthread others([&] {
    EXPECT_TRUE(a_.heartbeat.Beat());
    EXPECT_TRUE(b_.heartbeat.Beat());
    EXPECT_TRUE(a_.heartbeat.Beat());
  });
  EXPECT_THAT(a_.heartbeat.AwaitAcknowledged(generation, steady_clock::now() + minutes(2)),
              testing::IsEmpty());
}

TEST_F(HeartbeatTest, WaitNamesThoseThatHaveNotWhenItIsOver) {
  EXPECT_TRUE(b_.heartbeat.Beat());
  const std::uint64_t generation = Change();
  EXPECT_TRUE(a_.heartbeat.Beat());
  EXPECT_THAT(a_.heartbeat.AwaitAcknowledged(generation, steady_clock::now()),
              testing::ElementsAre("b"));
}

}  // namespace
}  // namespace dkimkeeper
