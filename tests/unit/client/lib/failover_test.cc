#include "client/lib/failover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "proto/reason.h"
#include "tests/unit/client/lib/fake_pace.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

tl::unexpected<Error> Away() {
  return Fail(Code::kUnavailable, reason::kServerAway, "Connection refused");
}

// Two addresses, and what each try there was given.
class FailoverTest : public testing::Test {
 protected:
  Outcome Call(Repeat repeat, std::vector<Outcome> answers, milliseconds takes = milliseconds(0),
               milliseconds deadline = milliseconds(1000)) {
    tried_.clear();
    budgets_.clear();
    std::size_t next = 0;
    return failover_.Call(deadline, repeat, [&](std::size_t index, milliseconds budget) -> Outcome {
      tried_.push_back(index);
      budgets_.push_back(budget);
      pace_->Pass(std::min(takes, budget));
      const std::size_t answer = std::min(next++, answers.size() - 1);
      return answers[answer];
    });
  }

  std::shared_ptr<FakePace> pace_ = std::make_shared<FakePace>();
  Failover failover_{{"a:1", "b:2"}, pace_};
  std::vector<std::size_t> tried_;
  std::vector<milliseconds> budgets_;
};

TEST_F(FailoverTest, StaysWithTheAddressThatAnswers) {
  EXPECT_TRUE(Call(Repeat::kWhenAway, {Outcome()}));
  EXPECT_THAT(tried_, ElementsAre(0));
}

TEST_F(FailoverTest, GoesToTheNextAddressAtOnceAndStaysThere) {
  EXPECT_TRUE(Call(Repeat::kWhenAway, {Away(), Outcome()}));
  EXPECT_THAT(tried_, ElementsAre(0, 1));
  EXPECT_TRUE(pace_->Waits().empty());
  EXPECT_TRUE(Call(Repeat::kWhenAway, {Outcome()}));
  EXPECT_THAT(tried_, ElementsAre(1));
}

TEST_F(FailoverTest, WaitsAfterARoundAndTriesAgain) {
  EXPECT_TRUE(Call(Repeat::kWhenAway, {Away(), Away(), Away(), Outcome()}));
  EXPECT_THAT(tried_, ElementsAre(0, 1, 0, 1));
  EXPECT_EQ(pace_->Waits().size(), 1U);
}

TEST_F(FailoverTest, WaitsAsLongAsTheServerAsks) {
  Error busy{Code::kUnavailable, std::string(reason::kTokenAway), "restarting"};
  busy.retry_after = milliseconds(300);
  EXPECT_TRUE(Call(Repeat::kWhenAway, {tl::unexpected(busy), tl::unexpected(busy), Outcome()}));
  EXPECT_THAT(pace_->Waits(), ElementsAre(milliseconds(300)));
}

TEST_F(FailoverTest, GivesUpAtTheDeadlineAndNamesEachAddress) {
  const Outcome outcome = Call(Repeat::kWhenAway, {Away()});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, reason::kServerAway);
  EXPECT_THAT(outcome.error().message, HasSubstr("a:1 (Connection refused)"));
  EXPECT_THAT(outcome.error().message, HasSubstr("b:2 (Connection refused)"));
  EXPECT_LE(pace_->Now().time_since_epoch(), milliseconds(1000));
}

TEST_F(FailoverTest, ALongDeadlineIsForWorkNotForAbsence) {
  EXPECT_FALSE(Call(Repeat::kWhenAway, {Away()}, milliseconds(0), milliseconds(150'000)));
  EXPECT_LE(pace_->Now().time_since_epoch(), milliseconds(10'000));
}

TEST_F(FailoverTest, AServerThatRestartsAfterLongWorkIsAskedAgain) {
  EXPECT_TRUE(Call(Repeat::kWhenAway, {Away(), Away(), Outcome()}, milliseconds(30'000),
                   milliseconds(150'000)));
}

TEST_F(FailoverTest, PrefersAServersOwnWordsToAFailedConnection) {
  const Outcome outcome =
      Call(Repeat::kWhenAway,
           {Away(), Fail(Code::kUnavailable, reason::kTokenAway, "the token restarts")},
           milliseconds(500));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, reason::kTokenAway);
}

TEST_F(FailoverTest, ARefusalIsAnAnswer) {
  const Outcome outcome =
      Call(Repeat::kWhenAway, {Fail(Code::kPermissionDenied, reason::kNoGrant, "no")});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, reason::kNoGrant);
  EXPECT_THAT(tried_, ElementsAre(0));
}

TEST_F(FailoverTest, ASlowServerGetsItsShareOfTheTime) {
  const auto slow = Fail(Code::kDeadlineExceeded, reason::kDeadline, "slow");
  EXPECT_TRUE(Call(Repeat::kWhenAwayOrSlow, {slow, Outcome()}, milliseconds(500)));
  EXPECT_THAT(tried_, ElementsAre(0, 1));
  EXPECT_THAT(budgets_, ElementsAre(milliseconds(500), milliseconds(500)));
}

TEST_F(FailoverTest, SlowWorkGetsAllTheTimeAndIsNotStartedElsewhere) {
  const auto slow = Fail(Code::kDeadlineExceeded, reason::kDeadline, "slow");
  const Outcome outcome = Call(Repeat::kWhenAway, {slow, Outcome()}, milliseconds(1000));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, reason::kDeadline);
  EXPECT_THAT(budgets_, ElementsAre(milliseconds(1000)));
}

TEST_F(FailoverTest, TheNextCallAvoidsTheServerThatHung) {
  const auto slow = Fail(Code::kDeadlineExceeded, reason::kDeadline, "slow");
  EXPECT_FALSE(Call(Repeat::kWhenAway, {slow}, milliseconds(1000)));
  EXPECT_TRUE(Call(Repeat::kWhenAway, {Outcome()}));
  EXPECT_THAT(tried_, ElementsAre(1));
}

}  // namespace
}  // namespace dkimkeeper
