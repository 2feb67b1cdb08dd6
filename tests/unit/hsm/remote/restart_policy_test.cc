#include "hsm/remote/restart_policy.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;

TEST(RestartPolicy, BacksOffAfterThreeFailuresInARow) {
  RestartPolicy policy({});
  const int expected[] = {0, 0, 100, 200, 400, 800, 1000, 1000};
  for (const int delay : expected) {
    policy.Failed();
    EXPECT_EQ(policy.Delay(0), milliseconds(delay));
  }
}

TEST(RestartPolicy, StartsAtOnceAfterAWorkerThatWorked) {
  RestartPolicy policy({});
  for (int i = 0; i < 5; ++i) policy.Failed();
  policy.Worked();
  EXPECT_EQ(policy.Delay(0), milliseconds(0));
  policy.Failed();
  EXPECT_EQ(policy.Delay(0), milliseconds(0));
}

TEST(RestartPolicy, JitterTakesUpToHalfAway) {
  RestartPolicy policy({});
  for (int i = 0; i < 3; ++i) policy.Failed();
  EXPECT_EQ(policy.Delay(0.5), milliseconds(75));
  EXPECT_EQ(policy.Delay(1), milliseconds(50));
}

TEST(RestartPolicy, AsksSteadilyWhileThePinIsRefused) {
  RestartPolicy policy({.refused = milliseconds(1234)});
  for (int i = 0; i < 9; ++i) {
    policy.Refused();
    EXPECT_EQ(policy.Delay(1), milliseconds(1234));
  }
  policy.Failed();
  EXPECT_EQ(policy.Delay(0), milliseconds(0));
}

TEST(RestartPolicy, ManyFailuresDoNotOverflow) {
  RestartPolicy policy({});
  for (int i = 0; i < 100'000; ++i) policy.Failed();
  EXPECT_EQ(policy.Delay(0), milliseconds(1000));
}

}  // namespace
}  // namespace dkimkeeper
