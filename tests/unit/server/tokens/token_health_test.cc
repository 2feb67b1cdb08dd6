#include "server/tokens/token_health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_token.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using std::chrono::minutes;
using testing::IsEmpty;
using testing::SizeIs;

class TokenHealthTest : public testing::Test {
 protected:
  TokenHealthTest() {
    // The fake token measures deadlines with the machine's clock: stay ahead of it.
    clock_.Advance(std::chrono::years(50));
    clock_.JumpTo(sample::Minute(0));
  }
  void Break(const std::string& message) {
    token_.Fail(FakeToken::Call::kCheckHealth, 1, Error{Code::kUnavailable, "TOKEN_AWAY", message});
  }

  ManualClock clock_;
  FakeToken token_{"vault"};
  EventLog events_{[](Severity, std::string_view) {}};
  AlarmBoard alarms_{events_};
};

TEST_F(TokenHealthTest, IsNotClaimedBeforeItWasChecked) {
  const TokenHealth health(token_, alarms_, clock_);
  EXPECT_EQ(health.Last().state, TokenState::kAway);
  EXPECT_THAT(alarms_.List(), IsEmpty());
}

TEST_F(TokenHealthTest, RefusesWorkOnceTheTokenHasBeenAwayForSomeTime) {
  TokenHealth health(token_, alarms_, clock_);
  clock_.Advance(minutes(1));
  EXPECT_TRUE(health.CheckAnswers()) << "nobody has asked it yet";
  Break("the cable is out");
  EXPECT_FALSE(health.Check());
  clock_.Advance(TokenHealth::kGrace - std::chrono::milliseconds(1));
  // It counts as away since the start, so that moment is over already for a token that never came.
  EXPECT_FALSE(health.CheckAnswers());
  EXPECT_TRUE(health.Check());
  EXPECT_TRUE(health.CheckAnswers());

  Break("out again");
  EXPECT_FALSE(health.Check());
  EXPECT_TRUE(health.CheckAnswers()) << "a worker may be on its way";
  clock_.Advance(TokenHealth::kGrace);
  const auto refused = health.CheckAnswers();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_EQ(refused.error().reason, "TOKEN_AWAY");
  EXPECT_THAT(refused.error().message, testing::HasSubstr("out again"));
  EXPECT_GT(refused.error().retry_after.count(), 0);
}

TEST_F(TokenHealthTest, FollowsTheToken) {
  TokenHealth health(token_, alarms_, clock_);
  EXPECT_TRUE(health.Check());

  clock_.Advance(minutes(1));
  Break("the cable is out");
  EXPECT_FALSE(health.Check());
  EXPECT_EQ(health.Last().since, sample::Minute(1));
  EXPECT_EQ(health.Last().last_error, "the cable is out");
  ASSERT_THAT(alarms_.List(), SizeIs(1));
  EXPECT_EQ(alarms_.List()[0].name, "token.away");
  EXPECT_EQ(alarms_.List()[0].subject, "vault");

  clock_.Advance(minutes(1));
  Break("still out");
  EXPECT_FALSE(health.Check());
  EXPECT_EQ(health.Last().since, sample::Minute(1)) << "when it went away, not when it was seen";
  EXPECT_THAT(alarms_.List(), SizeIs(1));

  clock_.Advance(minutes(1));
  EXPECT_TRUE(health.Check());
  EXPECT_EQ(health.Last().since, sample::Minute(3));
  EXPECT_EQ(health.Last().last_error, "still out") << "for who asks what happened";
  EXPECT_THAT(alarms_.List(), IsEmpty());
}

TEST_F(TokenHealthTest, ARefusedPinIsAnotherAlarm) {
  TokenHealth health(token_, alarms_, clock_);
  Break("the cable is out");
  EXPECT_FALSE(health.Check());
  token_.Fail(FakeToken::Call::kCheckHealth, 1, Error{Code::kUnavailable, "PIN_REFUSED", "no"});
  EXPECT_FALSE(health.Check());
  EXPECT_EQ(health.Last().state, TokenState::kPinRefused);
  ASSERT_THAT(alarms_.List(), SizeIs(1)) << "instead of the first one";
  EXPECT_EQ(alarms_.List()[0].name, "token.pin_refused");
  EXPECT_EQ(alarms_.List()[0].subject, "vault");
  EXPECT_TRUE(health.Check());
  EXPECT_THAT(alarms_.List(), IsEmpty());
}

TEST_F(TokenHealthTest, LooksAgainWhenItIsTime) {
  TokenHealth health(token_, alarms_, clock_);
  const auto asked = [&] { return token_.calls(FakeToken::Call::kCheckHealth); };
  EXPECT_TRUE(health.Look());
  EXPECT_TRUE(health.Look());
  EXPECT_EQ(asked(), 1U) << "a token that signs is not asked all the time";
  clock_.Advance(TokenHealth::kInterval);
  Break("gone");
  EXPECT_FALSE(health.Look());
  EXPECT_EQ(asked(), 2U);
  Break("still gone");
  EXPECT_FALSE(health.Look());
  EXPECT_TRUE(health.Look()) << "one that does not, is";
  EXPECT_EQ(asked(), 4U);
  token_.SetReadyWorkers(0);
  Break("its workers died");
  EXPECT_FALSE(health.Look()) << "noticed before it is time";
}

}  // namespace
}  // namespace dkimkeeper
