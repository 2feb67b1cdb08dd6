#include "client/lib/backoff.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, DoublesUpToTheLongest) {
  Backoff backoff(milliseconds(100), milliseconds(500));
  const double all = 1.0;
  EXPECT_EQ(backoff.Next(all), milliseconds(100));
  EXPECT_EQ(backoff.Next(all), milliseconds(200));
  EXPECT_EQ(backoff.Next(all), milliseconds(400));
  EXPECT_EQ(backoff.Next(all), milliseconds(500));
  EXPECT_EQ(backoff.Next(all), milliseconds(500));
}

TEST(Backoff, JitterTakesUpToHalfAway) {
  EXPECT_EQ(Backoff(milliseconds(100), milliseconds(500)).Next(0.0), milliseconds(50));
  EXPECT_EQ(Backoff(milliseconds(100), milliseconds(500)).Next(0.5), milliseconds(75));
}

TEST(Backoff, StartsAgainAfterASuccess) {
  Backoff backoff(milliseconds(100), milliseconds(500));
  EXPECT_EQ(backoff.Next(1.0), milliseconds(100));
  EXPECT_EQ(backoff.Next(1.0), milliseconds(200));
  backoff.Reset();
  EXPECT_EQ(backoff.Next(1.0), milliseconds(100));
}

}  // namespace
}  // namespace dkimkeeper
