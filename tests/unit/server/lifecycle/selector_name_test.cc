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

std::string NameOn(Timestamp day, std::string_view pattern = "{date}-{random}") {
  return SelectorNameFor(pattern, Sender::Default(), Algorithm::kEd25519Sha256, day, "k3f9x");
}

TEST(SelectorName, FillsThePatternIn) {
  EXPECT_EQ(NameOn(At(2026, 2, 4)), "20260204-k3f9x");
  EXPECT_EQ(NameOn(At(2026, 2, 4), "{sender}.{algorithm}{random}"), "default.ed25519k3f9x");
  EXPECT_EQ(NameOn(At(2026, 2, 4), "plain"), "plain");
}

TEST(SelectorName, TheDayIsUtcAndEndsAtMidnight) {
  EXPECT_EQ(NameOn(At(2026, 3, 1) - std::chrono::milliseconds(1), "{date}"), "20260228");
  EXPECT_EQ(NameOn(At(2026, 3, 1), "{date}"), "20260301");
}

TEST(LettersFrom, EveryByteGivesASelector) {
  EXPECT_EQ(LettersFrom(std::array<std::uint8_t, 5>{0, 1, 30, 31, 32}), "ab89a");
  std::set<std::string> names;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto value = static_cast<std::uint8_t>(byte);
    const std::string name = LettersFrom(std::array<std::uint8_t, 2>{value, value});
    EXPECT_TRUE(Selector::Parse(name)) << name;
    names.insert(name);
  }
  EXPECT_EQ(names.size(), 32U);
}

}  // namespace
}  // namespace dkimkeeper
