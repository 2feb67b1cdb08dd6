// Tables, times and ages.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <ctime>

#include "client/cli/table.h"
#include "client/cli/time_text.h"

namespace dkimkeeper {
namespace {

TEST(Table, ColumnsAreAligned) {
  EXPECT_EQ(RenderTable({"NAME", "N"}, {{"a", "1"}, {"longer", "22"}}),
            "NAME    N\n"
            "a       1\n"
            "longer  22\n");
}

TEST(Table, WidthCountsCharactersNotOctets) {
  EXPECT_EQ(RenderTable({"D", "S"}, {{"b\xc3\xbc"
                                      "cher",
                                      "x"}}),
            "D       S\n"
            "b\xc3\xbc"
            "cher  x\n");
}

TEST(Table, NoLineEndsInSpaces) { EXPECT_EQ(RenderTable({"A", "B"}, {{"x", ""}}), "A  B\nx\n"); }

TEST(Table, ControlCharactersCannotSteerATerminal) {
  EXPECT_EQ(Printable("a\033[31mb\n\x7f"), "a?[31mb??");
  EXPECT_EQ(RenderTable({"A"}, {{"\033c"}}), "A\n?c\n");
}

TEST(Fields, ValuesAreAlignedAndEmptyOnesLeftOut) {
  EXPECT_EQ(RenderFields({{"Name", "x"}, {"Nothing to see", ""}, {"Longer", "y"}}),
            "Name:    x\nLonger:  y\n");
}

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kDay = 86'400 * kSecond;

TEST(Age, IsInTheLargestUnitThatFitsTwice) {
  const std::int64_t now = 1000 * kDay;
  EXPECT_EQ(AgeText(now, now), "now");
  EXPECT_EQ(AgeText(now - kSecond, now), "1 s ago");
  EXPECT_EQ(AgeText(now - 119 * kSecond, now), "119 s ago");
  EXPECT_EQ(AgeText(now - 120 * kSecond, now), "2 min ago");
  EXPECT_EQ(AgeText(now - 3 * 3'600 * kSecond, now), "3 h ago");
  EXPECT_EQ(AgeText(now - 47 * 3'600 * kSecond, now), "47 h ago");
  EXPECT_EQ(AgeText(now - 2 * kDay, now), "2 d ago");
  EXPECT_EQ(AgeText(now - 730 * kDay, now), "2 y ago");
  EXPECT_EQ(AgeText(now + 3 * kDay, now), "in 3 d");
}

TEST(Time, IsLocalWithItsAge) {
  ASSERT_EQ(setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1), 0);
  tzset();
  constexpr std::int64_t kAt = 1'751'371'380'000;  // 2025-07-01 12:03 UTC
  EXPECT_EQ(TimeText(kAt, kAt + 3 * kDay), "2025-07-01 14:03 (3 d ago)");
  EXPECT_EQ(TimeText(0, kAt), "");
}

}  // namespace
}  // namespace dkimkeeper
