#include "server/lifecycle/selector_name.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "proto/dkim/selector.h"

namespace dkimkeeper {
namespace {

using std::chrono::sys_days;

Timestamp At(int year, unsigned month, unsigned day) {
  return sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
}

TEST(SelectorName, IsTheDayAndFiveLetters) {
  EXPECT_EQ(SelectorNameFor(At(2026, 2, 4), std::array<std::uint8_t, 5>{0, 1, 30, 31, 32}),
            "20260204-ab89a");
}

TEST(SelectorName, TheDayIsUtcAndEndsAtMidnight) {
  const std::array<std::uint8_t, 5> random{};
  EXPECT_EQ(SelectorNameFor(At(2026, 3, 1) - std::chrono::milliseconds(1), random),
            "20260228-aaaaa");
  EXPECT_EQ(SelectorNameFor(At(2026, 3, 1), random), "20260301-aaaaa");
}

TEST(SelectorName, EveryByteGivesASelector) {
  std::set<std::string> names;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto value = static_cast<std::uint8_t>(byte);
    const std::string name =
        SelectorNameFor(At(2026, 2, 4), std::array<std::uint8_t, 5>{value, 0, 0, 0, value});
    EXPECT_TRUE(Selector::Parse(name)) << name;
    names.insert(name);
  }
  EXPECT_EQ(names.size(), 32U);
}

}  // namespace
}  // namespace dkimkeeper
