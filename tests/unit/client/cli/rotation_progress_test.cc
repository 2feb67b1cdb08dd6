#include "client/cli/rotation_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

v1::Key KeyIn(v1::KeyState state, const char* selector,
              v1::Algorithm algorithm = v1::ALGORITHM_RSA_SHA256) {
  v1::Key key;
  key.set_selector(selector);
  key.set_state(state);
  key.set_algorithm(algorithm);
  key.set_publisher("knot");
  return key;
}

v1::Step StepOf(const char* kind, const char* selector) {
  v1::Step step;
  step.set_kind(kind);
  step.set_selector(selector);
  step.set_algorithm(v1::ALGORITHM_RSA_SHA256);
  return step;
}

const std::vector<v1::Key> kReplaced{KeyIn(v1::KEY_STATE_ACTIVE, "old")};

TEST(RotationProgress, TheOldKeyThatStillSignsIsNoSuccessor) {
  const auto progress = ProgressOf(kReplaced, kReplaced, {StepOf("generate", "")});
  EXPECT_FALSE(progress.done);
  EXPECT_FALSE(progress.needs_person);
  EXPECT_EQ(progress.steps.size(), 1U);
}

TEST(RotationProgress, IsDoneWhenEachAlgorithmHasASuccessor) {
  const std::vector<v1::Key> replaced{
      KeyIn(v1::KEY_STATE_ACTIVE, "old"),
      KeyIn(v1::KEY_STATE_ACTIVE, "old-ed", v1::ALGORITHM_ED25519_SHA256)};
  std::vector<v1::Key> keys{KeyIn(v1::KEY_STATE_RETIRING, "old"),
                            KeyIn(v1::KEY_STATE_ACTIVE, "new")};
  EXPECT_FALSE(ProgressOf(replaced, keys, {}).done);
  keys.push_back(KeyIn(v1::KEY_STATE_ACTIVE, "new-ed", v1::ALGORITHM_ED25519_SHA256));
  const auto progress = ProgressOf(replaced, keys, {});
  EXPECT_TRUE(progress.done);
  EXPECT_EQ(progress.active.size(), 2U);
}

TEST(RotationProgress, OnlyStepsOfSuccessorsCount) {
  const std::vector<v1::Key> keys{KeyIn(v1::KEY_STATE_ACTIVE, "old"),
                                  KeyIn(v1::KEY_STATE_PENDING, "new"),
                                  KeyIn(v1::KEY_STATE_REVOKED, "older")};
  const auto progress = ProgressOf(kReplaced, keys,
                                   {StepOf("prove", "new"), StepOf("withdraw", "older"),
                                    StepOf("watch", "new"), StepOf("retire", "old")});
  ASSERT_EQ(progress.steps.size(), 1U);
  EXPECT_EQ(progress.steps.front().kind(), "prove");
}

TEST(RotationProgress, ARecordThatIsPublishedByHandNeedsAPersonOnceItIsAskedFor) {
  std::vector<v1::Key> keys{KeyIn(v1::KEY_STATE_PENDING, "new")};
  keys.front().clear_publisher();
  EXPECT_FALSE(ProgressOf(kReplaced, keys, {}).needs_person);
  keys.front().set_record_state("asked");
  EXPECT_TRUE(ProgressOf(kReplaced, keys, {}).needs_person);
  EXPECT_EQ(ProgressOf(kReplaced, keys, {}).to_publish.size(), 1U);
  keys.front().set_state(v1::KEY_STATE_PUBLISHED);
  EXPECT_FALSE(ProgressOf(kReplaced, keys, {}).needs_person);
}

TEST(RotationProgress, AStepThatIsAnOperatorsNeedsAPerson) {
  v1::Step advice = StepOf("generate", "");
  advice.set_advice(true);
  EXPECT_TRUE(ProgressOf(kReplaced, kReplaced, {advice}).needs_person);
}

TEST(RotationProgress, ALineSaysWhatHoldsItUpOrWhatIsDone) {
  v1::Step step = StepOf("prove", "20260214-k3f9x");
  step.set_what("asks every name server");
  EXPECT_EQ(ProgressLine(step), "prove 20260214-k3f9x: asks every name server");
  step.set_waits_for("ns2.example.net shows no record");
  EXPECT_EQ(ProgressLine(step), "prove 20260214-k3f9x: ns2.example.net shows no record");
  EXPECT_EQ(ProgressLine(StepOf("generate", "")), "generate rsa-sha256");
}

}  // namespace
}  // namespace dkimkeeper
