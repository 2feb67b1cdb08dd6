#include "hsm/pkcs11/single_flight.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace dkimkeeper::pkcs11 {
namespace {

using Turn = SingleFlight::Turn;
using std::chrono::hours;
using std::chrono::milliseconds;

Deadline In(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

TEST(SingleFlight, LetsOneThreadActForAll) {
  SingleFlight flight;
  SingleFlight::RateLimit limit{.interval = milliseconds(0)};
  std::atomic<int> acted = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        if (flight.Enter(0, limit, In(hours(1))) != Turn::kMine) return;
        ++acted;
        flight.StartEpoch();
        flight.Leave();
      });
    }
  }
  EXPECT_EQ(acted, 1);
  EXPECT_EQ(flight.epoch(), 1U);
}

TEST(SingleFlight, LetsTheNextTryWhenOneFailed) {
  SingleFlight flight;
  SingleFlight::RateLimit limit{.interval = milliseconds(0)};
  ASSERT_EQ(flight.Enter(0, limit, In(hours(1))), Turn::kMine);
  flight.Leave();
  EXPECT_EQ(flight.epoch(), 0U);
  EXPECT_EQ(flight.Enter(0, limit, In(hours(1))), Turn::kMine);
}

TEST(SingleFlight, HasNothingToDoInANewEpoch) {
  SingleFlight flight;
  SingleFlight::RateLimit limit{.interval = milliseconds(0)};
  ASSERT_EQ(flight.Enter(0, limit, In(hours(1))), Turn::kMine);
  flight.StartEpoch();
  flight.Leave();
  EXPECT_EQ(flight.Enter(0, limit, In(hours(1))), Turn::kDoneByAnother);
  EXPECT_EQ(flight.Enter(1, limit, In(hours(1))), Turn::kMine);
}

TEST(SingleFlight, RefusesAtOnceWhatTheRateLimitForbidsUntilTheDeadline) {
  SingleFlight flight;
  SingleFlight::RateLimit limit{.interval = hours(2)};
  ASSERT_EQ(flight.Enter(0, limit, In(hours(1))), Turn::kMine);
  flight.Leave();
  EXPECT_EQ(flight.Enter(0, limit, In(hours(1))), Turn::kTooLate);
}

TEST(SingleFlight, WaitsForTheRateLimitWhereTheDeadlineAllows) {
  SingleFlight flight;
  SingleFlight::RateLimit limit{.interval = milliseconds(20)};
  ASSERT_EQ(flight.Enter(0, limit, In(hours(1))), Turn::kMine);
  const Deadline begin = std::chrono::steady_clock::now();
  flight.Leave();
  EXPECT_EQ(flight.Enter(0, limit, In(hours(1))), Turn::kMine);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(10));
}

TEST(SingleFlight, RateLimitsEachKindByItself) {
  SingleFlight flight;
  SingleFlight::RateLimit login{.interval = hours(2)};
  SingleFlight::RateLimit reinitialise{.interval = hours(2)};
  ASSERT_EQ(flight.Enter(0, login, In(hours(1))), Turn::kMine);
  flight.StartEpoch();
  flight.Leave();
  EXPECT_EQ(flight.Enter(1, reinitialise, In(hours(1))), Turn::kMine);
}

TEST(SingleFlight, GivesUpOnAFlightThatOutlastsTheDeadline) {
  SingleFlight flight;
  SingleFlight::RateLimit limit{.interval = milliseconds(0)};
  ASSERT_EQ(flight.Enter(0, limit, In(hours(1))), Turn::kMine);
  EXPECT_EQ(flight.Enter(0, limit, In(milliseconds(5))), Turn::kTooLate);
}

TEST(SingleFlight, EndsAPauseWithTheEpoch) {
  SingleFlight flight;
  SingleFlight::RateLimit limit{.interval = milliseconds(0)};
  ASSERT_EQ(flight.Enter(0, limit, In(hours(1))), Turn::kMine);
  std::jthread waiting([&] { flight.WaitForNewEpoch(0, In(hours(1))); });
  flight.StartEpoch();
  flight.Leave();
  waiting.join();  // the test ends: it did not wait an hour
  flight.WaitForNewEpoch(0, In(hours(1)));
}

}  // namespace
}  // namespace dkimkeeper::pkcs11
