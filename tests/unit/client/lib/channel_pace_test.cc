#include "client/lib/channel_pace.h"

#include <gtest/gtest.h>

#include <thread>

namespace dkimkeeper {
namespace {

TEST(ChannelPace, WaitsAsLongAsAsked) {
  const auto pace = ChannelPace();
  const auto start = pace->Now();
  EXPECT_TRUE(pace->Wait(std::chrono::milliseconds(2), {}));
  EXPECT_GE(pace->Now() - start, std::chrono::milliseconds(2));
}

TEST(ChannelPace, AStopEndsTheWaitAtOnce) {
  const auto pace = ChannelPace();
  bool waited_to_the_end = true;
  std::jthread waiter([&](const std::stop_token& stop) {
    waited_to_the_end = pace->Wait(std::chrono::hours(1), stop);
  });
  waiter.request_stop();
  waiter.join();
  EXPECT_FALSE(waited_to_the_end);
}

TEST(ChannelPace, ChanceStaysInItsRange) {
  const auto pace = ChannelPace();
  for (int i = 0; i < 1000; ++i) {
    const double random = pace->Random();
    EXPECT_GE(random, 0.0);
    EXPECT_LT(random, 1.0);
  }
}

}  // namespace
}  // namespace dkimkeeper
