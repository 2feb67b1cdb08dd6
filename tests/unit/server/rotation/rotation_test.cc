// Steps in tokens and in the store; the lease, the clock, alarms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/keys/key_state.h"
#include "tests/unit/server/rotation/works.h"

namespace dkimkeeper {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using Call = FakeToken::Call;

Error TokenAway() { return {Code::kUnavailable, "TOKEN_AWAY", "away"}; }

class RotationTest : public testing::Test {
 protected:
  Works& Start() {
    works_.emplace(world_);
    works_->AddDomain("example.com");
    return *works_;
  }
  Works& StartSettled() {
    Start();
    works_->RunFor(minutes(10));
    EXPECT_EQ(works_->States(), "ACTIVE PUBLISHED");
    return *works_;
  }
  [[nodiscard]] Key First() { return *works_->Keys().front(); }

  World world_;
  std::optional<Works> works_;
};

// --- Tokens

TEST_F(RotationTest, AKeyThatTheTokenRefusedIsTriedAgain) {
  world_.token.Fail(Call::kGenerateKeyPair, 1, {Code::kResourceExhausted, "TOKEN_FULL", "full"});
  Works& works = Start();
  EXPECT_THAT(works.Run(), ElementsAre("generate: failed"));
  EXPECT_THAT(works.Keys(), IsEmpty()) << "its intent is taken back";
  EXPECT_EQ(works.Planned(StepKind::kGenerate)->waits_for, "full");
  EXPECT_THAT(works.RunFor(seconds(30)), ElementsAre("generate", "publish", "prove"));
}

TEST_F(RotationTest, AKeyWhoseMakingEndedInDoubtIsFinished) {
  world_.token.FailAfterwards(Call::kGenerateKeyPair, 1, TokenAway());
  Works& works = Start();
  EXPECT_THAT(works.Run(), ElementsAre("generate: failed"));
  const KeyId intent = First().id;
  EXPECT_THAT(works.RunFor(minutes(6)), ElementsAre("finish", "publish", "prove"));
  EXPECT_EQ(First().id, intent);
}

TEST_F(RotationTest, TheKeyIsMadeAsThePolicyWantsIt) {
  world_.policy.defaults.selector_template = "{sender}-{algorithm}-{random}";
  Works& works = Start();
  works.Run();
  EXPECT_TRUE(First().selector.str().starts_with("default-ed25519-")) << First().selector.str();
  EXPECT_EQ(First().algorithm, Algorithm::kEd25519Sha256);
  EXPECT_EQ(First().token, "main");
}

TEST_F(RotationTest, SelectorsOfAPoolAreUsedOneAfterTheOther) {
  auto& pool = world_.policy.defaults.selector_pools[Algorithm::kEd25519Sha256];
  for (const char* name : {"p1", "p2", "p3", "p4"}) pool.push_back(sample::SelectorOf(name));
  Works& works = StartSettled();
  EXPECT_EQ(works.Keys()[0]->selector.str(), "p1");
  EXPECT_EQ(works.Keys()[1]->selector.str(), "p2");
  works.RunFor(days(700));
  EXPECT_LE(works.Keys().size(), 4U);
  EXPECT_FALSE(works.registry().Get()->contents.former_keys.empty()) << "used anew";
}

TEST_F(RotationTest, AnExhaustedPoolIsAnAlarmUntilASelectorIsFree) {
  auto& pool = world_.policy.defaults.selector_pools[Algorithm::kEd25519Sha256];
  pool = {sample::SelectorOf("p1")};
  Works& works = Start();
  works.RunFor(minutes(10));
  EXPECT_EQ(works.States(), "ACTIVE");
  EXPECT_THAT(works.Alarms(), ElementsAre("pool.exhausted example.com/default/ed25519-sha256"));
}

TEST_F(RotationTest, ADestructionThatTheTokenDidNotDoIsFinished) {
  Works& works = StartSettled();
  while (!First().revoked_at) works.RunFor(days(1));
  world_.token.Fail(Call::kDestroyPermanently, 1, TokenAway());
  const auto taken = works.RunFor(days(32));
  EXPECT_THAT(taken, Contains("destroy: failed"));
  EXPECT_THAT(taken, Contains("finish"));
  EXPECT_EQ(StateAt(First(), world_.now()), KeyState::kDestroyed);
}

TEST_F(RotationTest, AStepThatFailsAgainAndAgainIsAnAlarm) {
  for (unsigned i = 1; i <= 10; ++i) {
    world_.token.Fail(Call::kGenerateKeyPair, i,
                      {Code::kFailedPrecondition, "TOKEN_REFUSED", "no"});
  }
  Works& works = Start();
  works.RunFor(minutes(10));
  EXPECT_THAT(works.Alarms(), IsEmpty());
  works.RunFor(hours(3) + minutes(10));
  EXPECT_THAT(works.Alarms(), ElementsAre("rotation.stuck example.com/default/ed25519-sha256"));
  works.RunFor(hours(2));
  EXPECT_THAT(works.Alarms(), IsEmpty());
}

// --- The store

TEST_F(RotationTest, TheDrainTimeStartsWhenEveryDaemonHasHeard) {
  Works& works = StartSettled();
  works.acknowledged = works.registry().Get()->contents.generation;
  works.RunFor(*First().rotate_at - world_.now());
  ASSERT_EQ(StateAt(First(), world_.now()), KeyState::kRetiring);
  works.RunFor(hours(2));
  EXPECT_FALSE(First().stopped_at);
  works.acknowledged = First().stop_generation;
  EXPECT_THAT(works.RunFor(seconds(6)), Contains("await stop"));
  EXPECT_GT(First().stopped_at, First().signs_until);
}

// --- Agents

TEST_F(RotationTest, AHandOverEndsEarlyOnceEveryAgentHasTheSuccessor) {
  world_.policy.defaults.handover_window = hours(48);
  Works& works = StartSettled();
  const Identity agent = sample::IdentityOf("dns:mx1");
  works.Put({PutGrant{{agent, Verb::kSign, sample::ScopeOf("example.com", "default")}}});
  works.RunFor(*First().rotate_at - world_.now());
  ASSERT_EQ(StateAt(First(), world_.now()), KeyState::kRetiring);
  const std::uint64_t replaced = First().stop_generation.value();
  works.agents = {{agent, replaced - 1, world_.now()}};
  EXPECT_THAT(works.RunFor(hours(1)), Not(Contains("shorten hand-over")));
  EXPECT_THAT(works.Planned(StepKind::kEndHandOver)->waits_for, testing::HasSubstr("dns:mx1"));
  works.agents.front().generation = replaced;
  EXPECT_THAT(works.Run(), Contains("shorten hand-over"));
  works.acknowledged = replaced;
  EXPECT_THAT(works.RunFor(minutes(6)), Not(Contains("await stop"))) << "a daemon has yet to hear";
  works.acknowledged.reset();
  EXPECT_THAT(works.RunFor(seconds(6)), Contains("await stop"));
  EXPECT_THAT(works.Alarms(), IsEmpty());
}

TEST_F(RotationTest, AnAgentThatIsBehindWhenTheWindowEndsIsAnAlarmUntilItIsNot) {
  Works& works = StartSettled();
  const Identity agent = sample::IdentityOf("dns:mx1");
  works.Put({PutGrant{{agent, Verb::kSign, sample::ScopeOf("example.com", "default")}}});
  works.RunFor(*First().rotate_at - world_.now());
  works.agents = {{agent, First().stop_generation.value() - 1, world_.now()}};
  works.RunFor(hours(2));
  EXPECT_TRUE(First().stopped_at) << "the window is no longer for that";
  EXPECT_THAT(works.Alarms(), ElementsAre("agent.behind dns:mx1"));
  works.agents.front().generation = First().stop_generation.value();
  works.Run();
  EXPECT_THAT(works.Alarms(), IsEmpty());
}

TEST_F(RotationTest, AStepTakenTwiceIsTakenOnce) {
  Works& works = Start();
  for (int i = 0; i < 2000 && works.States() != "DESTROYED ACTIVE PUBLISHED"; ++i) {
    (void)works.lease().Renew();
    const auto steps = works.rotation().Plan();
    ASSERT_FALSE(steps.empty());
    world_.clock.Advance(std::max(steps.front().due - world_.now(), std::chrono::milliseconds(0)));
    (void)works.lease().Renew();
    if (works.rotation().Perform(steps.front()) != StepEnd::kDone) continue;
    const auto generation = world_.store.Generation().value();
    EXPECT_EQ(works.rotation().Perform(steps.front()), StepEnd::kGone)
        << StepName(steps.front().kind);
    EXPECT_EQ(world_.store.Generation().value(), generation);
  }
  EXPECT_EQ(works.States(), "DESTROYED ACTIVE PUBLISHED");
}

TEST_F(RotationTest, WhatIsOnlyAdvisedIsNotTaken) {
  world_.policy.defaults.mode = RotationMode::kManual;
  Works& works = Start();
  const auto advised = works.Planned(StepKind::kGenerate);
  ASSERT_TRUE(advised);
  EXPECT_TRUE(advised->advice);
  EXPECT_EQ(works.rotation().Perform(*advised), StepEnd::kGone);
  EXPECT_FALSE(works.rotation().DueIn(sample::DomainOf("example.com")));
  EXPECT_THAT(works.Keys(), IsEmpty());
}

// --- The lease

TEST_F(RotationTest, WithoutTheLeaseNothingIsPlannedAndNothingDone) {
  Works& works = Start();
  const auto generate = works.Planned(StepKind::kGenerate);
  ASSERT_TRUE(generate);
  world_.clock.Advance(seconds(31));
  EXPECT_EQ(works.rotation().Perform(*generate), StepEnd::kGone);
  EXPECT_THAT(works.rotation().Plan(), IsEmpty());
  EXPECT_THAT(works.Keys(), IsEmpty());
  EXPECT_THAT(works.Run(), Contains("generate"));
}

TEST_F(RotationTest, OneDaemonCarriesOnWhereAnotherLeftOff) {
  Works& one = Start();
  Works two(world_, "two");
  EXPECT_THAT(one.Run(), ElementsAre("generate", "publish", "prove"));
  EXPECT_THAT(two.Run(), IsEmpty()) << "the other one has the lease";
  world_.clock.Advance(minutes(6));
  EXPECT_THAT(two.Run(), ElementsAre("generate: gone")) << "what it saw last is long past";
  EXPECT_THAT(two.Run(), Contains("activate"));
  EXPECT_THAT(one.Run(), IsEmpty());
  (void)one.registry().Refresh();
  EXPECT_EQ(one.States(), "ACTIVE PUBLISHED");
}

TEST_F(RotationTest, ADaemonThatSleptThroughItsLeaseChangesNothing) {
  Works& one = Start();
  EXPECT_THAT(one.Run(), ElementsAre("generate", "publish", "prove"));
  world_.clock.Advance(minutes(6));
  (void)one.lease().Renew();
  const auto activate = one.Planned(StepKind::kActivate);
  ASSERT_TRUE(activate);
  // Its own clock stood still, by which the lease seems to be its own.
  (void)world_.store.TakeLease("two", world_.now() + minutes(1), seconds(30), true).value();
  EXPECT_EQ(one.rotation().Perform(*activate), StepEnd::kGone);
  EXPECT_EQ(one.States(), "PUBLISHED");
  EXPECT_FALSE(one.lease().Fence()) << "it has learnt that";
}

// --- The clock

TEST_F(RotationTest, AJumpOfTheClockShortensNoWait) {
  Works& works = StartSettled();
  works.RunFor(*First().rotate_at + days(2) - world_.now());
  ASSERT_EQ(StateAt(First(), world_.now()), KeyState::kRetiring);
  world_.clock.JumpTo(world_.clock.Now() + days(50));
  EXPECT_THAT(works.Run(), Not(Contains("revoke")));
  works.RunFor(days(5));
  EXPECT_EQ(StateAt(First(), world_.now()), KeyState::kRetiring);
  works.RunFor(hours(3));
  EXPECT_EQ(StateAt(First(), world_.now()), KeyState::kRevoked);
}

TEST_F(RotationTest, AJumpBackLengthensNone) {
  Works& works = StartSettled();
  works.RunFor(*First().rotate_at + days(2) - world_.now());
  world_.clock.JumpTo(world_.clock.Now() - days(50));
  works.RunFor(days(5));
  EXPECT_EQ(StateAt(First(), world_.now()), KeyState::kRetiring);
  works.RunFor(hours(3));
  EXPECT_EQ(StateAt(First(), world_.now()), KeyState::kRevoked);
}

TEST_F(RotationTest, AStepThatWasPlannedBeforeAJumpIsNotTakenAfterIt) {
  Works& works = StartSettled();
  works.RunFor(*First().rotate_at + days(1) - world_.now());
  const auto revoke = works.Planned(StepKind::kRevoke);
  ASSERT_TRUE(revoke);
  world_.clock.JumpTo(revoke->due + minutes(1));
  EXPECT_EQ(works.rotation().Perform(*revoke), StepEnd::kGone);
  EXPECT_EQ(StateAt(First(), world_.now()), KeyState::kRetiring);
}

TEST_F(RotationTest, ATryIsNotPutOffByAClockThatWasSetBack) {
  world_.zone.SetAway(true);
  Works& works = Start();
  works.Run();
  world_.zone.SetAway(false);
  world_.clock.JumpTo(world_.clock.Now() - days(10));
  EXPECT_THAT(works.Run(), Contains("publish"));
}

// Whatever happens to the commit that moves the waits, and to the process.
TEST_F(RotationTest, AJumpIsAccountedForOnce) {
  struct Mishap {
    std::string name;
    std::optional<CommitFault> fault;
    bool restart;
    bool while_down;
  };
  for (const auto& mishap : std::vector<Mishap>{
           {"none", std::nullopt, false, false},
           {"not committed", CommitFault::kBeforeEffect, false, false},
           {"committed, answer lost", CommitFault::kAfterEffect, false, false},
           {"not committed, killed", CommitFault::kBeforeEffect, true, false},
           {"committed, killed", CommitFault::kAfterEffect, true, false},
           {"while down", std::nullopt, false, true},
           {"while down, not committed, killed", CommitFault::kBeforeEffect, true, true},
           {"while down, committed, killed", CommitFault::kAfterEffect, true, true}}) {
    for (const days by : {days(-50), days(50)}) {
      SCOPED_TRACE(mishap.name + " " + std::to_string(by.count()));
      World world;
      std::optional<Works> works(std::in_place, world);
      works->AddDomain("example.com");
      works->RunFor(minutes(10));
      works->RunFor(*works->Keys().front()->rotate_at + days(2) - world.now());
      world.clock.Advance(seconds(11));
      (void)works->lease().Renew();
      if (mishap.while_down) works.reset();
      world.clock.JumpTo(world.clock.Now() + by);
      if (mishap.while_down) works.emplace(world);
      if (mishap.fault) world.store.FailCommit(1, *mishap.fault);
      works->Run();
      if (mishap.restart) works.emplace(world);
      works->RunFor(days(5) - minutes(30));
      EXPECT_EQ(StateAt(*works->Keys().front(), world.now()), KeyState::kRetiring);
      works->RunFor(hours(3));
      EXPECT_EQ(StateAt(*works->Keys().front(), world.now()), KeyState::kRevoked);
    }
  }
}

TEST_F(RotationTest, AJumpThatCannotBeWrittenDownHoldsEverythingUp) {
  Works& works = Start();
  const auto generate = works.Planned(StepKind::kGenerate);
  world_.clock.JumpTo(world_.clock.Now() + hours(1));
  world_.store.FailCommit(1, CommitFault::kBeforeEffect);
  EXPECT_EQ(works.rotation().Perform(*generate), StepEnd::kGone);
  EXPECT_THAT(works.Keys(), IsEmpty());
  EXPECT_THAT(works.Run(), Contains("generate"));
}

}  // namespace
}  // namespace dkimkeeper
