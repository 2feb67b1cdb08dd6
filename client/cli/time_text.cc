#include "client/cli/time_text.h"

#include <array>
#include <ctime>

namespace dkimkeeper {
namespace {

struct Unit {
  std::int64_t seconds;
  const char* name;
};

// The largest that the span holds at least twice counts; seconds otherwise.
constexpr std::array kUnits{Unit{365 * 86'400LL, "y"}, Unit{86'400, "d"}, Unit{3'600, "h"},
                            Unit{60, "min"}, Unit{1, "s"}};

std::string SpanText(std::int64_t seconds) {
  for (const Unit& unit : kUnits) {
    if (seconds >= 2 * unit.seconds || unit.seconds == 1) {
      return std::to_string(seconds / unit.seconds) + " " + unit.name;
    }
  }
  return {};
}

}  // namespace

std::string AgeText(std::int64_t at_ms, std::int64_t now_ms) {
  const std::int64_t seconds = (now_ms - at_ms) / 1000;
  if (seconds > 0) return SpanText(seconds) + " ago";
  if (seconds < 0) return "in " + SpanText(-seconds);
  return "now";
}

std::string TimeText(std::int64_t at_ms, std::int64_t now_ms) {
  if (at_ms == 0) return {};
  const auto at = static_cast<std::time_t>(at_ms / 1000);
  std::tm local{};
  std::array<char, 32> text{};
  if (localtime_r(&at, &local) == nullptr) return std::to_string(at_ms) + " ms";
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &local);
  return std::string(text.data(), size) + " (" + AgeText(at_ms, now_ms) + ")";
}

}  // namespace dkimkeeper
