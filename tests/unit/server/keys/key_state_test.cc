#include "server/keys/key_state.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::KeyOf;
using sample::Minute;

// A key that went through its life at the minutes 10, 20, …, as far as `steps` goes.
enum class Steps { kCreated, kPublished, kActivated, kRetired, kRevoked, kDestroying, kDestroyed };

Key Lived(Steps steps) {
  Key key = KeyOf("example.com", "s1");
  if (steps >= Steps::kPublished) key.published_at = Minute(10);
  if (steps >= Steps::kActivated) key.activated_at = Minute(20);
  if (steps >= Steps::kRetired) key.retired_at = Minute(30);
  if (steps >= Steps::kRetired) key.signs_until = Minute(35);
  if (steps >= Steps::kRevoked) key.revoked_at = Minute(40);
  if (steps >= Steps::kDestroying) key.destroying_at = Minute(50);
  if (steps >= Steps::kDestroyed) key.destroyed_at = Minute(60);
  return key;
}

struct StateRow {
  const char* name;
  Steps steps;
  int minute;
  KeyState state;
  bool signs;
};

class StateAtTest : public testing::TestWithParam<StateRow> {};

TEST_P(StateAtTest, IsThisStateAndSignsOrNot) {
  const StateRow& row = GetParam();
  const Key key = Lived(row.steps);
  EXPECT_EQ(KeyStateName(StateAt(key, Minute(row.minute))), KeyStateName(row.state));
  EXPECT_EQ(SignsAt(key, Minute(row.minute)), row.signs);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, StateAtTest,
    testing::Values(
        StateRow{"CreatedOnly", Steps::kCreated, 5, KeyState::kPending, false},
        StateRow{"ProvenThenClockSetBack", Steps::kPublished, 9, KeyState::kPublished, false},
        StateRow{"AtItsProof", Steps::kPublished, 10, KeyState::kPublished, false},
        StateRow{"ActivatedThenClockSetBack", Steps::kActivated, 19, KeyState::kActive, true},
        StateRow{"AtActivation", Steps::kActivated, 20, KeyState::kActive, true},
        StateRow{"YearsAfterActivation", Steps::kActivated, 2'000'000, KeyState::kActive, true},
        StateRow{"RetiredThenClockSetBack", Steps::kRetired, 29, KeyState::kRetiring, true},
        StateRow{"AtRetirement", Steps::kRetired, 30, KeyState::kRetiring, true},
        StateRow{"LastMinuteOfHandOver", Steps::kRetired, 34, KeyState::kRetiring, true},
        StateRow{"EndOfHandOver", Steps::kRetired, 35, KeyState::kRetiring, false},
        StateRow{"AtRevocation", Steps::kRevoked, 40, KeyState::kRevoked, false},
        StateRow{"BeingDestroyed", Steps::kDestroying, 55, KeyState::kRevoked, false},
        StateRow{"Destroyed", Steps::kDestroyed, 60, KeyState::kDestroyed, false},
        // The clock was set back: what is over for good stays over.
        StateRow{"RevokedThenClockSetBack", Steps::kRevoked, 25, KeyState::kRetiring, false},
        StateRow{"DestroyedThenClockSetBack", Steps::kDestroyed, 25, KeyState::kDestroyed, false}),
    [](const auto& info) { return info.param.name; });

TEST(StateAt, ActivatedWithoutProofIsActive) {
  Key key = KeyOf("example.com", "s1");
  key.activated_at = Minute(1);
  EXPECT_EQ(StateAt(key, Minute(1)), KeyState::kActive);
}

TEST(StateAt, NamesAreThoseOfTheDesign) {
  const std::vector<std::string> names{"PENDING",  "PUBLISHED", "ACTIVE",
                                       "RETIRING", "REVOKED",   "DESTROYED"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(KeyStateName(static_cast<KeyState>(i)), names[i]);
  }
}

TEST(SignsAt, RevocationEndsTheHandOverWindow) {
  Key key = Lived(Steps::kRetired);
  key.revoked_at = Minute(32);
  EXPECT_FALSE(SignsAt(key, Minute(32)));
}

TEST(SignsAt, RetiredBeforeItWasEverActiveNeverSigns) {
  Key key = Lived(Steps::kRetired);
  key.activated_at.reset();
  EXPECT_FALSE(SignsAt(key, Minute(31)));
}

TEST(SignsAt, RetiredWithoutHandOverWindowDoesNotSign) {
  Key key = Lived(Steps::kRetired);
  key.signs_until.reset();
  EXPECT_FALSE(SignsAt(key, Minute(30)));
}

struct BarRow {
  const char* name;
  std::function<void(Key&)> mark;
};

class IsBarredTest : public testing::TestWithParam<BarRow> {};

TEST_P(IsBarredTest, NeverSignsWheneverTheMarkIsDated) {
  Key key = Lived(Steps::kActivated);
  ASSERT_FALSE(IsBarred(key));
  GetParam().mark(key);
  EXPECT_TRUE(IsBarred(key));
  for (const int minute : {20, 45, 1000}) EXPECT_FALSE(SignsAt(key, Minute(minute))) << minute;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, IsBarredTest,
    testing::Values(BarRow{"WithoutPublicKey", [](Key& key) { key.public_key.reset(); }},
                    BarRow{"Revoked", [](Key& key) { key.revoked_at = Minute(45); }},
                    BarRow{"Compromised", [](Key& key) { key.compromised = true; }},
                    BarRow{"Quarantined", [](Key& key) { key.quarantined_at = Minute(45); }},
                    BarRow{"BeingDestroyed", [](Key& key) { key.destroying_at = Minute(45); }},
                    BarRow{"Destroyed", [](Key& key) { key.destroyed_at = Minute(45); }}),
    [](const auto& info) { return info.param.name; });

TEST(InProgress, BetweenIntentAndOutcome) {
  Key intent = Lived(Steps::kCreated);
  intent.public_key.reset();
  EXPECT_TRUE(InProgress(intent));
  EXPECT_FALSE(InProgress(Lived(Steps::kCreated)));
  EXPECT_FALSE(InProgress(Lived(Steps::kRevoked)));
  EXPECT_TRUE(InProgress(Lived(Steps::kDestroying)));
  EXPECT_FALSE(InProgress(Lived(Steps::kDestroyed)));
}

TEST(InProgress, IntentThatWasGivenUpIsOver) {
  Key key = Lived(Steps::kDestroyed);
  key.public_key.reset();
  EXPECT_FALSE(InProgress(key));
}

TEST(StateAt, RevokedAheadOfTimeIsRetiringUntilThen) {
  Key key = Lived(Steps::kRetired);
  key.revoked_at = Minute(100);
  EXPECT_EQ(StateAt(key, Minute(31)), KeyState::kRetiring);
  EXPECT_EQ(StateAt(key, Minute(100)), KeyState::kRevoked);
}

TEST(StateAt, RevokedStaysSoWhenTheClockIsSetBackOnceItsRecordGoes) {
  for (const auto stage : {&Key::withdrawn, &Key::removed}) {
    Key key = Lived(Steps::kRetired);
    key.revoked_at = Minute(100);
    (key.*stage).begun_at = Minute(101);
    EXPECT_EQ(StateAt(key, Minute(31)), KeyState::kRevoked);
  }
}

TEST(StateAt, CompromisedIsRevokedAtOnceAndWhenTheClockIsSetBack) {
  Key key = Lived(Steps::kActivated);
  key.compromised = true;
  key.revoked_at = Minute(100);
  EXPECT_EQ(StateAt(key, Minute(21)), KeyState::kRevoked);
}

TEST(SignsAt, WhatAllStoppedSigningWithStaysSoWhenTheClockIsSetBack) {
  Key key = Lived(Steps::kRetired);
  EXPECT_TRUE(SignsAt(key, Minute(31)));
  key.stopped_at = Minute(100);
  EXPECT_FALSE(SignsAt(key, Minute(31)));
}

TEST(SignsWithStale, GoesOnWithAKeyThatNobodyPlannedToRetire) {
  EXPECT_TRUE(SignsWithStale(Lived(Steps::kActivated), Minute(25)));
  EXPECT_TRUE(SignsWithStale(Lived(Steps::kActivated), Minute(1'000'000)));
}

TEST(SignsWithStale, StopsWhenItsTurnWasToBeOver) {
  Key key = Lived(Steps::kActivated);
  key.rotate_at = Minute(30);
  EXPECT_TRUE(SignsWithStale(key, Minute(30) - std::chrono::milliseconds(1)));
  EXPECT_FALSE(SignsWithStale(key, Minute(30)));
  EXPECT_TRUE(SignsAt(key, Minute(30))) << "with a fresh picture it is known to have no successor";
}

TEST(SignsWithStale, StopsInTheHandOverWindow) {
  EXPECT_TRUE(SignsAt(Lived(Steps::kRetired), Minute(31)));
  EXPECT_FALSE(SignsWithStale(Lived(Steps::kRetired), Minute(31)));
}

TEST(SignsWithStale, NeverSignsWithWhatDoesNotSign) {
  EXPECT_FALSE(SignsWithStale(Lived(Steps::kPublished), Minute(15)));
  EXPECT_FALSE(SignsWithStale(Lived(Steps::kRevoked), Minute(45)));
}

}  // namespace
}  // namespace dkimkeeper
