#include "proto/base/ticker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <optional>
#include <thread>

namespace dkimkeeper {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(Ticker, RunsAgainAndAgain) {
  std::latch three(3);
  std::atomic<int> runs = 0;
  const Ticker ticker(milliseconds(1), [&] {
    if (++runs <= 3) three.count_down();
  });
  three.wait();
}

TEST(Ticker, WaitsOneIntervalBeforeTheFirstRun) {
  std::atomic<int> runs = 0;
  {
    const Ticker ticker(hours(1), [&] { ++runs; });
  }  // nor does its end wait for the hour
  EXPECT_EQ(runs, 0);
}

TEST(Ticker, ItsEndWaitsForARunInProgress) {
  std::latch entered(1);
  std::latch leave(1);
  std::atomic<bool> finished = false;
  std::atomic<int> runs = 0;
  std::optional<Ticker> ticker;
  ticker.emplace(milliseconds(1), [&] {
    if (++runs > 1) return;
    entered.count_down();
    leave.wait();
    finished = true;
  });
  entered.wait();
  const std::jthread releaser([&] { leave.count_down(); });
  ticker.reset();
  EXPECT_TRUE(finished);
}

}  // namespace
}  // namespace dkimkeeper
