// What is written after an act in the token, whatever others did meanwhile.
#include "server/lifecycle/key_outcomes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/lifecycle/key_decisions.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::KeyOf;
using sample::Minute;
using testing::IsEmpty;

Key Intent() {
  Key intent = KeyOf("example.com", "s1");
  intent.public_key.reset();
  return intent;
}

TokenKey Made() {
  const Key key = KeyOf("example.com", "s1");
  return {
      .id = key.id, .label = "", .public_key = *key.public_key, .rsa_bits = 2048, .attributes = {}};
}

// Another key that took the selector over.
Key Successor() {
  Key successor = KeyOf("example.com", "s1");
  successor.id = KeyId::FromBytes("successor").value();
  successor.public_key->record_bytes = "another public half";
  return successor;
}

Key RowAfter(Picture picture, const Result<Decision>& decision) {
  return *FindSubject(picture.After(decision.value()).Get(), decision->subject);
}

TEST(RecordBirth, GivesTheIntentItsPublicHalf) {
  const Picture picture = Picture().With(Intent());
  const Key born = RowAfter(picture, RecordBirth(picture.Get(), Intent(), Made()));
  EXPECT_EQ(born, KeyOf("example.com", "s1"));
}

TEST(RecordBirth, BringsBackAnIntentThatWasTakenBackMeanwhile) {
  const Key born = RowAfter(Picture(), RecordBirth(Picture().Get(), Intent(), Made()));
  EXPECT_EQ(born, KeyOf("example.com", "s1"));
}

TEST(RecordBirth, NeverOverwritesAnotherKey) {
  const View view = Picture().With(Successor()).Get();
  EXPECT_EQ(ReasonOf(RecordBirth(view, Intent(), Made())), "CHANGED_SINCE_READ");
}

TEST(RecordBirth, LeavesAKeyThatSomebodyElseFinished) {
  Key active = KeyOf("example.com", "s1");
  active.activated_at = Minute(1);
  const View view = Picture().With(active).Get();
  EXPECT_THAT(RecordBirth(view, Intent(), Made()).value().changes, IsEmpty());
}

TEST(RecordNoBirth, FreesTheSelector) {
  Picture picture = Picture().With(Intent());
  picture.After(RecordNoBirth(picture.Get(), Intent()).value());
  EXPECT_THAT(picture.Get().contents.keys, IsEmpty());
}

TEST(RecordNoBirth, NeverRemovesAKey) {
  const View born = Picture().With(KeyOf("example.com", "s1")).Get();
  EXPECT_THAT(RecordNoBirth(born, Intent()).value().changes, IsEmpty());
  const View taken_over = Picture().With(Successor()).Get();
  EXPECT_THAT(RecordNoBirth(taken_over, Intent()).value().changes, IsEmpty());
}

TEST(RecordRemoval, KeepsWhatWasWrittenMeanwhile) {
  Key destroying = KeyOf("example.com", "s1");
  destroying.destroying_at = Minute(5);
  Key quarantined = destroying;
  quarantined.quarantined_at = Minute(6);
  const Picture picture = Picture().With(quarantined);
  const Key gone = RowAfter(picture, RecordRemoval(picture.Get(), destroying, Minute(7)));
  EXPECT_EQ(gone.destroyed_at, Minute(7));
  EXPECT_EQ(gone.quarantined_at, Minute(6));
}

TEST(RecordRemoval, OnlyWhatIsToBeDestroyed) {
  const View live = Picture().With(KeyOf("example.com", "s1")).Get();
  EXPECT_EQ(ReasonOf(RecordRemoval(live, KeyOf("example.com", "s1"), Minute(7))),
            "CHANGED_SINCE_READ");
  const View taken_over = Picture().With(Successor()).Get();
  EXPECT_EQ(ReasonOf(RecordRemoval(taken_over, KeyOf("example.com", "s1"), Minute(7))),
            "CHANGED_SINCE_READ");
}

TEST(RecordQuarantine, OnceAndForEver) {
  Picture picture = Picture().With(KeyOf("example.com", "s1"));
  const auto first = RecordQuarantine(picture.Get(), KeyOf("example.com", "s1"), Minute(7));
  EXPECT_EQ(RowAfter(picture, first).quarantined_at, Minute(7));
  picture.After(*first);
  EXPECT_THAT(RecordQuarantine(picture.Get(), KeyOf("example.com", "s1"), Minute(9))->changes,
              IsEmpty());
}

}  // namespace
}  // namespace dkimkeeper
