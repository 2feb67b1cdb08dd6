#include "server/rotation/clock_watch.h"

#include <gtest/gtest.h>

#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::Minute;
using std::chrono::minutes;
using std::chrono::seconds;

// `minute` by the wall clock, `passed` by the monotonic one.
ClockReading At(Timestamp wall, std::chrono::milliseconds passed) {
  return {wall, std::chrono::steady_clock::time_point(std::chrono::hours(1)) + passed};
}

TEST(ClockWatch, AClockThatRunsOnDoesNotJump) {
  ClockWatch watch;
  EXPECT_FALSE(watch.JumpBy(At(Minute(0), minutes(0)))) << "nobody watches";
  watch.Start(At(Minute(0), minutes(0)));
  EXPECT_FALSE(watch.JumpBy(At(Minute(600), minutes(600))));
  EXPECT_FALSE(watch.JumpBy(At(Minute(600) + seconds(10), minutes(600)))) << "it is slewed";
}

TEST(ClockWatch, AJumpIsFoundBothWaysUntilTheWatchStartsAnew) {
  for (const int by : {-30, 30}) {
    ClockWatch watch;
    watch.Start(At(Minute(0), minutes(0)));
    const ClockReading now = At(Minute(5 + by), minutes(5));
    const auto jump = watch.JumpBy(now);
    ASSERT_TRUE(jump);
    EXPECT_EQ(jump->by, minutes(by));
    EXPECT_EQ(jump->before, Minute(5));
    watch.Start(now);
    EXPECT_FALSE(watch.JumpBy(At(Minute(6 + by), minutes(6))));
  }
}

TEST(ClockWatch, WhoTakesOverBelievesAShortGap) {
  const ClockReading now = At(Minute(100), minutes(0));
  for (const auto& [last, believed] :
       std::vector<std::pair<Timestamp, bool>>{{Minute(99), true},
                                               {Minute(100) + seconds(10), true},
                                               {Minute(98), false},
                                               {Minute(101), false}}) {
    ClockWatch watch;
    watch.TakeOver(last, now);
    const auto jump = watch.JumpBy(now);
    EXPECT_EQ(jump.has_value(), !believed);
    if (!jump) continue;
    EXPECT_EQ(jump->before, last);
    EXPECT_EQ(jump->by, now.wall - last);
  }
}

}  // namespace
}  // namespace dkimkeeper
