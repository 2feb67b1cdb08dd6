#include "server/keys/timestamp.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

using std::chrono::microseconds;
using std::chrono::system_clock;

TEST(Timestamp, CountsMillisecondsSince1970) {
  using namespace std::chrono_literals;
  constexpr auto kMoment = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + 3h + 4ms;
  EXPECT_EQ(ToMilliseconds(kMoment), 1767322800004);
  EXPECT_EQ(FromMilliseconds(1767322800004), kMoment);
}

TEST(Timestamp, RoundsDownOnBothSidesOf1970) {
  EXPECT_EQ(ToMilliseconds(ToTimestamp(system_clock::time_point(microseconds(1999)))), 1);
  EXPECT_EQ(ToMilliseconds(ToTimestamp(system_clock::time_point(microseconds(-1)))), -1);
}

}  // namespace
}  // namespace dkimkeeper
