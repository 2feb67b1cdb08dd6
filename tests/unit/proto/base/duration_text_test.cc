#include "proto/base/duration_text.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;

TEST(DurationTextTest, OneNumberAndOneUnit) {
  EXPECT_EQ(ParseDuration("500ms"), milliseconds(500));
  EXPECT_EQ(ParseDuration("0s"), milliseconds(0));
  EXPECT_EQ(ParseDuration("10s"), milliseconds(10'000));
  EXPECT_EQ(ParseDuration("5m"), milliseconds(300'000));
  EXPECT_EQ(ParseDuration("1h"), milliseconds(3'600'000));
  EXPECT_EQ(ParseDuration("7d"), milliseconds(604'800'000));
  EXPECT_EQ(ParseDuration("36525d"), milliseconds(3'155'760'000'000));
}

TEST(DurationTextTest, EverythingElseIsNone) {
  for (const char* text :
       {"", "s", "10", "-1s", "+1s", "1.5h", "1 h", " 1h", "1h ", "1H", "1h30m", "1week", "36526d",
        "3155760000001ms", "18446744073709551615d", "99999999999999999999s"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

TEST(DurationTextTest, FormatsInTheLargestUnitThatDivides) {
  EXPECT_EQ(FormatDuration(milliseconds(0)), "0s");
  EXPECT_EQ(FormatDuration(milliseconds(1)), "1ms");
  EXPECT_EQ(FormatDuration(milliseconds(90'000)), "90s");
  EXPECT_EQ(FormatDuration(milliseconds(3'600'000)), "1h");
  EXPECT_EQ(FormatDuration(milliseconds(172'800'000)), "2d");
}

TEST(DurationTextTest, ParsesWhatItFormats) {
  for (long long n = 1; n < 3'000'000'000'000; n = n * 7 + 13) {
    EXPECT_EQ(ParseDuration(FormatDuration(milliseconds(n))), milliseconds(n)) << n;
  }
}

}  // namespace
}  // namespace dkimkeeper
