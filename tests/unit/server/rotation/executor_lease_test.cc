#include "server/rotation/executor_lease.h"

#include <gtest/gtest.h>

#include "tests/fakes/manual_clock.h"
#include "tests/fakes/memory_store.h"

namespace dkimkeeper {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class ExecutorLeaseTest : public testing::Test {
 protected:
  MemoryStore store_;
  ManualClock clock_;
  ExecutorLease one_{store_, "one", clock_};
  ExecutorLease two_{store_, "two", clock_};
};

TEST_F(ExecutorLeaseTest, IsOfOneAtATime) {
  EXPECT_FALSE(one_.Fence());
  EXPECT_EQ(one_.Renew(), 1U);
  EXPECT_EQ(two_.Renew(), std::nullopt);
  clock_.Advance(seconds(20));
  EXPECT_EQ(one_.Renew(), 1U);
  clock_.Advance(seconds(29));
  EXPECT_EQ(two_.Renew(), std::nullopt) << "it was prolonged";
  EXPECT_EQ(one_.Fence(), 1U);
  clock_.Advance(seconds(1));
  EXPECT_EQ(one_.Fence(), std::nullopt);
  EXPECT_EQ(two_.Renew(), 2U);
  EXPECT_EQ(one_.Renew(), std::nullopt);
}

TEST_F(ExecutorLeaseTest, AStoreThatIsAwayTakesItOnlyInTime) {
  ASSERT_TRUE(one_.Renew());
  store_.SetAway(true);
  clock_.Advance(seconds(15));
  EXPECT_EQ(one_.Renew(), 1U);
  clock_.Advance(seconds(15));
  EXPECT_EQ(one_.Renew(), std::nullopt);
}

TEST_F(ExecutorLeaseTest, AWallClockThatIsSetDoesNotProlongIt) {
  ASSERT_TRUE(one_.Renew());
  clock_.JumpTo(clock_.Now() - hours(1));
  clock_.Advance(seconds(30));
  EXPECT_FALSE(one_.Fence());
}

TEST_F(ExecutorLeaseTest, IsLostAtOnceWhereACommitFindsIt) {
  ASSERT_TRUE(one_.Renew());
  one_.Lose();
  EXPECT_FALSE(one_.Fence());
}

TEST_F(ExecutorLeaseTest, AJumpThatIsNotSettledIsInheritedWithItsMark) {
  (void)one_.Renew();
  clock_.Advance(seconds(10));
  (void)one_.Renew();
  EXPECT_FALSE(one_.FindJump());
  clock_.JumpTo(clock_.Now() + hours(5));
  const auto found = one_.FindJump();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->clock.by, hours(5));
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(seconds(10));
    EXPECT_EQ(one_.Renew(), 1U);
  }
  clock_.Advance(minutes(1));
  EXPECT_EQ(two_.Renew(), 2U);
  const auto inherited = two_.FindJump();
  ASSERT_TRUE(inherited);
  EXPECT_EQ(inherited->mark, found->mark);

  two_.Settle(*inherited);
  EXPECT_FALSE(two_.FindJump());
  EXPECT_EQ(two_.Renew(), 2U);  // tells the store
  ExecutorLease three(store_, "two", clock_);
  EXPECT_EQ(three.Renew(), 2U);
  EXPECT_FALSE(three.FindJump());
}

}  // namespace
}  // namespace dkimkeeper
