#include "server/rotation/attempts.h"

#include <gtest/gtest.h>

#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::Minute;
using std::chrono::minutes;
using std::chrono::seconds;

Step StepAt(StepKind kind, std::string_view selector) {
  const Key key = sample::KeyOf("example.com", selector);
  return {.kind = kind,
          .domain = key.domain,
          .sender = key.sender,
          .selector = key.selector,
          .key = key.id,
          .due = Minute(0)};
}

TEST(Attempts, AreCountedForEachStepOfEachKey) {
  Attempts attempts;
  const Step prove = StepAt(StepKind::kProve, "s1");
  attempts.Record(prove, Minute(1), "missing");
  attempts.Record(prove, Minute(2), "another key");
  ASSERT_TRUE(attempts.Find(prove));
  EXPECT_EQ(attempts.Find(prove)->tries, 2U);
  EXPECT_EQ(attempts.Find(prove)->last_at, Minute(2));
  EXPECT_EQ(attempts.Find(prove)->problem, "another key");
  EXPECT_FALSE(attempts.Find(StepAt(StepKind::kProve, "s2")));
  EXPECT_FALSE(attempts.Find(StepAt(StepKind::kPublish, "s1")));
  attempts.Forget(prove);
  EXPECT_FALSE(attempts.Find(prove));
}

TEST(Attempts, OfLinesWithoutAKeyAreKeptApart) {
  Attempts attempts;
  Step line = StepAt(StepKind::kGenerate, "s1");
  line.key.reset();
  line.selector.reset();
  attempts.Record(line, Minute(1), "token away");
  Step other = line;
  other.algorithm = Algorithm::kEd25519Sha256;
  EXPECT_TRUE(attempts.Find(line));
  EXPECT_FALSE(attempts.Find(other));
  attempts.ForgetAll();
  EXPECT_FALSE(attempts.Find(line));
}

TEST(Attempts, RememberSinceWhenAndWhyAndForgetWhatIsNotPlannedAnyMore) {
  Attempts attempts;
  const Step publish = StepAt(StepKind::kPublish, "s1");
  const Step prove = StepAt(StepKind::kProve, "s2");
  attempts.Record(publish, Minute(1), "away", "PUBLISHER_AWAY");
  attempts.Record(publish, Minute(5), "no", "PUBLISH_REFUSED");
  attempts.Record(prove, Minute(5), "missing");
  EXPECT_EQ(attempts.Find(publish)->first_at, Minute(1));
  EXPECT_EQ(attempts.Find(publish)->reason, "PUBLISH_REFUSED");
  attempts.ForgetOthers(std::vector{prove});
  EXPECT_FALSE(attempts.Find(publish));
  EXPECT_TRUE(attempts.Find(prove));
}

TEST(NextTry, DoublesAndEndsAtALongestWait) {
  const Step prove = StepAt(StepKind::kProve, "s1");
  const auto wait = [&](const Step& step, std::size_t tries) {
    return NextTry(step, {.tries = tries, .last_at = Minute(0)}) - Minute(0);
  };
  EXPECT_EQ(wait(prove, 1), seconds(5));
  EXPECT_EQ(wait(prove, 2), seconds(10));
  EXPECT_EQ(wait(prove, 3), seconds(20));
  EXPECT_EQ(wait(prove, 1'000'000), minutes(10));
  EXPECT_EQ(wait(StepAt(StepKind::kDestroy, "s1"), 1), seconds(30));
  EXPECT_EQ(wait(StepAt(StepKind::kDestroy, "s1"), 50), minutes(60));
}

}  // namespace
}  // namespace dkimkeeper
