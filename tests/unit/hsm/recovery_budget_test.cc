#include "hsm/pkcs11/recovery_budget.h"

#include <gtest/gtest.h>

namespace dkimkeeper::pkcs11 {
namespace {

unsigned CountUntilRefused(Recovery asked) {
  RecoveryBudget budget;
  unsigned count = 0;
  while (budget.Spend(asked)) ++count;
  return count;
}

TEST(RecoveryBudget, EndsForEachRecovery) {
  EXPECT_EQ(CountUntilRefused(Recovery::kRetry), 3U);
  EXPECT_EQ(CountUntilRefused(Recovery::kReplaceSession), 3U);
  EXPECT_EQ(CountUntilRefused(Recovery::kShrinkPool), 3U);
  EXPECT_EQ(CountUntilRefused(Recovery::kFindKeyAgain), 2U);
  EXPECT_EQ(CountUntilRefused(Recovery::kLogInAgain), 2U);
  EXPECT_EQ(CountUntilRefused(Recovery::kReinitialise), 3U);
}

TEST(RecoveryBudget, HasNothingForARefusal) {
  EXPECT_EQ(CountUntilRefused(Recovery::kFail), 0U);
  EXPECT_EQ(CountUntilRefused(Recovery::kStop), 0U);
}

TEST(RecoveryBudget, AnswersTheUnknownMildlyThenHard) {
  RecoveryBudget budget;
  EXPECT_EQ(budget.Spend(Recovery::kReplaceThenReinitialise), Recovery::kReplaceSession);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(budget.Spend(Recovery::kReplaceThenReinitialise), Recovery::kReinitialise);
  }
  EXPECT_EQ(budget.Spend(Recovery::kReplaceThenReinitialise), std::nullopt);
}

TEST(RecoveryBudget, SpendsEachRecoveryByItself) {
  RecoveryBudget budget;
  while (budget.Spend(Recovery::kRetry)) {
  }
  EXPECT_EQ(budget.Spend(Recovery::kReplaceSession), Recovery::kReplaceSession);
}

TEST(RecoveryBudget, PausesLongerEachTime) {
  RecoveryBudget budget;
  for (const int expected : {1, 4, 16}) {
    ASSERT_TRUE(budget.Spend(Recovery::kRetry));
    EXPECT_EQ(budget.Backoff().count(), expected);
  }
}

}  // namespace
}  // namespace dkimkeeper::pkcs11
