#include "proto/base/duration_text.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace dkimkeeper {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t milliseconds;
};

constexpr std::array kUnits = {
    Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000}, Unit{"ms", 1},
};
constexpr std::uint64_t kMaxMilliseconds = std::uint64_t{36'525} * 86'400'000;  // 100 years

}  // namespace

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  const char* const last = text.data() + text.size();
  std::uint64_t count = 0;
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): from_chars is told where it ends
  const auto [unit_begin, error] = std::from_chars(text.data(), last, count);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit_name(unit_begin, static_cast<std::size_t>(last - unit_begin));
  for (const Unit& unit : kUnits) {
    if (unit.name != unit_name) continue;
    if (count > kMaxMilliseconds / unit.milliseconds) return std::nullopt;
    return std::chrono::milliseconds(count * unit.milliseconds);
  }
  return std::nullopt;
}

std::string FormatDuration(std::chrono::milliseconds duration) {
  const auto count = static_cast<std::uint64_t>(duration.count());
  for (const Unit& unit : kUnits) {
    if (count != 0 && count % unit.milliseconds == 0) {
      return std::to_string(count / unit.milliseconds) + std::string(unit.name);
    }
  }
  return "0s";
}

}  // namespace dkimkeeper
