#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string_view>

#include "client/cli/difference.h"

namespace dkimkeeper {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t milliseconds;
};

constexpr std::array kUnits = {
    Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000}, Unit{"ms", 1},
};
constexpr std::uint64_t kMost = std::uint64_t{1} << 32;  // of any unit

std::optional<std::uint64_t> Milliseconds(const std::string& text) {
  std::uint64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [unit_begin, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || count > kMost) return std::nullopt;
  const std::string_view unit_name(unit_begin, static_cast<std::size_t>(end - unit_begin));
  for (const Unit& unit : kUnits) {
    if (unit.name == unit_name) return count * unit.milliseconds;
  }
  return std::nullopt;
}

std::string Words(const std::string& text) {
  std::istringstream stream(text);
  std::string words;
  for (std::string word; stream >> word;) words += (words.empty() ? "" : " ") + word;
  return words;
}

}  // namespace

bool SameValue(const std::string& left, const std::string& right) {
  const auto left_time = Milliseconds(left);
  if (left_time && left_time == Milliseconds(right)) return true;
  return Words(left) == Words(right);
}

}  // namespace dkimkeeper
