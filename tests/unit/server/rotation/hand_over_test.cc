// Agents that acknowledge lists: who counts, what that does to a plan, what is an alarm.
#include "server/rotation/hand_over.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "server/rotation/planner.h"
#include "server/rotation/rotation_alarms.h"
#include "server/rotation/rotation_decisions.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::IdentityOf;
using sample::Minute;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kReplaced = 100'000;  // minutes: "new" took over from "old"
constexpr int kWindow = 48 * 60;
constexpr std::uint64_t kGeneration = 7;  // of that commit

class HandOvers : public testing::Test {
 protected:
  HandOvers() {
    picture_.With(DomainEntry{.domain = sample::DomainOf("example.com"),
                              .senders = {Sender::Default()},
                              .created_at = Minute(0)});
    old_.activated_at = old_.published_at = old_.proof_renewed_at = Minute(0);
    old_.retired_at = new_.activated_at = Minute(kReplaced);
    old_.signs_until = Minute(kReplaced + kWindow);
    old_.stop_generation = kGeneration;
    new_.published_at = new_.proof_renewed_at = Minute(kReplaced);
    new_.rotate_at = Minute(10 * kReplaced);
    for (const char* each : {"dns:mx1", "dns:mx2"}) {
      picture_.Grants(each, Verb::kSign, "example.com");
    }
  }

  void Acknowledge(std::string_view identity, std::uint64_t generation, int minute = kReplaced) {
    agents_.push_back({IdentityOf(identity), generation, Minute(minute)});
  }

  View Seen() { return picture_.With(old_).With(new_).Get(); }
  HandOver Of() { return HandOverOf(Seen(), old_, agents_); }

  // What is planned of the old key, looks at its record aside.
  Step Next(int minute) {
    const View view = Seen();
    const auto steps = PlanDomain(view, old_.domain,
                                  {.policy = policy_,
                                   .tokens = kTokens,
                                   .attempts = attempts_,
                                   .acknowledged = 100,
                                   .agents = std::make_shared<const AgentList>(agents_)},
                                  Minute(minute));
    const auto own = std::ranges::find_if(steps, [this](const Step& step) {
      return step.key == old_.id && step.kind != StepKind::kWatch;
    });
    return own == steps.end() ? Step{.domain = old_.domain, .sender = old_.sender, .due = {}}
                              : *own;
  }

  std::vector<std::string> Behind(int minute) {
    std::vector<std::string> subjects;
    for (const Alarm& alarm : AgentAlarms(Seen(), agents_, Minute(minute))) {
      EXPECT_EQ(alarm.name, "agent.behind");
      EXPECT_THAT(alarm.message, HasSubstr("example.com/old"));
      subjects.push_back(alarm.subject);
    }
    return subjects;
  }

  Policy policy_;
  Attempts attempts_;
  Picture picture_;
  AgentList agents_;
  Key old_ = sample::KeyOf("example.com", "old");
  Key new_ = sample::KeyOf("example.com", "new");
};

// --- Who counts

TEST_F(HandOvers, AnAgentHasTheSuccessorFromTheCommitOnThatMadeItOne) {
  Acknowledge("dns:mx1", kGeneration);
  Acknowledge("dns:mx2", kGeneration - 1);
  EXPECT_EQ(Of().agents, 2U);
  EXPECT_THAT(Of().behind, ElementsAre("dns:mx2"));
}

TEST_F(HandOvers, WhoMayNotSignForTheLineDoesNotCount) {
  picture_.With("example.org", {"news"});
  picture_.Grants("dns:other", Verb::kSign, "example.org");
  picture_.Grants("dns:boss", Verb::kRotate, "example.com");
  Acknowledge("dns:other", 1);
  Acknowledge("dns:boss", 1);
  Acknowledge("dns:stranger", 1);
  EXPECT_EQ(Of().agents, 0U);
}

TEST_F(HandOvers, WhoWasNotHeardOfForAWindowBeforeDoesNotCount) {
  Acknowledge("dns:mx1", 1, kReplaced - kWindow);
  Acknowledge("dns:mx2", 1, kReplaced - kWindow - 1);
  EXPECT_THAT(Of().behind, ElementsAre("dns:mx1"));
}

TEST_F(HandOvers, AShortWindowForgetsNobodyWhoSpeaksEveryTenMinutes) {
  old_.signs_until = Minute(kReplaced + 1);
  Acknowledge("dns:mx1", 1, kReplaced - 11);
  EXPECT_THAT(Of().behind, ElementsAre("dns:mx1"));
}

TEST_F(HandOvers, WithoutASuccessorThereIsNone) {
  new_.activated_at.reset();
  Acknowledge("dns:mx1", kGeneration);
  EXPECT_EQ(Of().agents, 0U) << "its line is given up: what agents have names no other key";
}

TEST_F(HandOvers, AKeyOfAnotherLineIsNoSuccessor) {
  new_.algorithm = Algorithm::kEd25519Sha256;
  Acknowledge("dns:mx1", kGeneration);
  EXPECT_EQ(Of().agents, 0U);
}

TEST_F(HandOvers, ARevokedKeyHandsNothingOver) {
  old_.revoked_at = Minute(kReplaced + 1);
  Acknowledge("dns:mx1", 1);
  EXPECT_EQ(Of().agents, 0U);
}

// --- The plan

TEST_F(HandOvers, WithoutAgentsTheWindowIsAsItWas) {
  EXPECT_EQ(Next(kReplaced + 1).kind, StepKind::kEndHandOver);
  EXPECT_EQ(Next(kReplaced + 1).due, Minute(kReplaced + kWindow));
  EXPECT_EQ(Next(kReplaced + 1).waits_for, "");
}

TEST_F(HandOvers, OnceAllHaveTheSuccessorTheWindowIsShortened) {
  Acknowledge("dns:mx1", kGeneration);
  Acknowledge("dns:mx2", kGeneration + 1);
  const Step step = Next(kReplaced + 1);
  EXPECT_EQ(step.kind, StepKind::kShortenHandOver);
  EXPECT_EQ(step.due, Minute(kReplaced));
  EXPECT_FALSE(step.advice);
}

TEST_F(HandOvers, OneThatIsBehindHoldsItUpAndIsNamed) {
  Acknowledge("dns:mx1", kGeneration);
  Acknowledge("dns:mx2", kGeneration - 1);
  EXPECT_EQ(Next(kReplaced + 1).kind, StepKind::kEndHandOver);
  EXPECT_THAT(Next(kReplaced + 1).waits_for, testing::EndsWith(": dns:mx2"));
  EXPECT_EQ(Next(kReplaced + kWindow).kind, StepKind::kAwaitStop) << "no longer than the window";
}

TEST_F(HandOvers, OneThatCannotSayHoldsItUpAndIsNeverBehind) {
  Acknowledge("dns:mx1", kGeneration);
  Acknowledge("dns:mx2", 0);
  EXPECT_EQ(Next(kReplaced + 1).kind, StepKind::kEndHandOver);
  EXPECT_EQ(Next(kReplaced + 1).waits_for, "");
  EXPECT_THAT(Behind(kReplaced + kWindow), IsEmpty());
}

TEST_F(HandOvers, NothingIsShortenedToWhatIsLeft) {
  Acknowledge("dns:mx1", kGeneration);
  EXPECT_EQ(Next(kReplaced + kWindow - 6).kind, StepKind::kShortenHandOver);
  EXPECT_EQ(Next(kReplaced + kWindow - 5).kind, StepKind::kEndHandOver);
}

TEST_F(HandOvers, NothingIsShortenedWhereNoKeyIsActive) {
  new_.quarantined_at = Minute(kReplaced + 1);
  Acknowledge("dns:mx1", kGeneration);
  EXPECT_EQ(Next(kReplaced + 2).kind, StepKind::kEndHandOver);
}

TEST_F(HandOvers, NothingIsShortenedAfterItsEndByAClockThatWasSetBack) {
  old_.stopped_at = Minute(kReplaced + kWindow);
  Acknowledge("dns:mx1", kGeneration);
  EXPECT_NE(Next(kReplaced + 1).kind, StepKind::kShortenHandOver);
}

TEST_F(HandOvers, NothingIsShortenedInAPause) {
  picture_.With(DomainEntry{.domain = sample::DomainOf("example.com"),
                            .senders = {Sender::Default()},
                            .created_at = Minute(0),
                            .paused_at = Minute(1)});
  Acknowledge("dns:mx1", kGeneration);
  EXPECT_EQ(Next(kReplaced + 1).kind, StepKind::kEndHandOver);
}

TEST_F(HandOvers, NothingIsShortenedByHand) {
  policy_.defaults.mode = RotationMode::kManual;
  Acknowledge("dns:mx1", kGeneration);
  EXPECT_EQ(Next(kReplaced + 1).kind, StepKind::kEndHandOver);
}

TEST_F(HandOvers, AShortenedWindowLeavesTimeForTheLastMessagesAndIsShortenedOnce) {
  Acknowledge("dns:mx1", kGeneration);
  const View view = Seen();
  const auto decision = ShortenHandOver(view, old_, Minute(kReplaced + 1));
  ASSERT_EQ(decision->changes.size(), 1U);
  old_ = std::get<PutKey>(decision->changes.front()).key;
  EXPECT_EQ(old_.signs_until, Minute(kReplaced + 6));
  EXPECT_EQ(old_.handed_over_at, Minute(kReplaced + 1));
  EXPECT_EQ(old_.stop_generation, view.contents.generation + 1) << "daemons have to hear of it";
  EXPECT_EQ(Next(kReplaced + 2).kind, StepKind::kEndHandOver);
  EXPECT_EQ(Next(kReplaced + 6).kind, StepKind::kAwaitStop);
  EXPECT_TRUE(ShortenHandOver(Seen(), old_, Minute(kReplaced + 2))->changes.empty());
}

// --- Alarms

TEST_F(HandOvers, WhoIsBehindWhenTheWindowEndsIsAnAlarm) {
  Acknowledge("dns:mx1", kGeneration);
  Acknowledge("dns:mx2", kGeneration - 1);
  EXPECT_THAT(Behind(kReplaced + kWindow - 1), IsEmpty());
  EXPECT_THAT(Behind(kReplaced + kWindow), ElementsAre("dns:mx2"));
  agents_.back().generation = kGeneration;
  EXPECT_THAT(Behind(kReplaced + kWindow), IsEmpty());
}

TEST_F(HandOvers, WhoHadTheSuccessorIsNoAlarmAfterAShortenedWindow) {
  Acknowledge("dns:mx1", kGeneration);
  old_.handed_over_at = Minute(kReplaced + 1);
  old_.signs_until = Minute(kReplaced + 6);
  old_.stop_generation = kGeneration + 5;
  EXPECT_THAT(Behind(kReplaced + 10), IsEmpty());
}

TEST_F(HandOvers, TheAlarmGoesWithTheKey) {
  Acknowledge("dns:mx1", 1);
  EXPECT_THAT(Behind(kReplaced + kWindow), ElementsAre("dns:mx1"));
  old_.revoked_at = Minute(kReplaced + kWindow + 1);
  EXPECT_THAT(Behind(kReplaced + kWindow + 2), IsEmpty());
}

}  // namespace
}  // namespace dkimkeeper
