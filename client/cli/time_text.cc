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

std::string UtcText(std::int64_t at_ms) {
  const auto at = static_cast<std::time_t>(at_ms / 1000);
  std::tm utc{};
  std::array<char, 32> text{};
  if (gmtime_r(&at, &utc) == nullptr) return std::to_string(at_ms) + " ms";
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

std::optional<std::int64_t> ParseUtc(std::string_view text) {
  constexpr std::string_view kMidnight = "T00:00:00Z";
  constexpr std::size_t kDate = 10;
  const std::string whole = std::string(text) + std::string(text.size() == kDate ? kMidnight : "");
  std::tm utc{};
  const char* const end = strptime(whole.c_str(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const std::int64_t at_ms = std::int64_t{timegm(&utc)} * 1000;
  // What is not written as it is printed was no such day, or a sloppy one.
  if (at_ms <= 0 || UtcText(at_ms) != whole) return std::nullopt;
  return at_ms;
}

}  // namespace dkimkeeper
