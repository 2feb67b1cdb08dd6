// Durations as people write them: "500ms", "10s", "5m", "1h", "7d".
#ifndef PROTO_BASE_DURATION_TEXT_H_
#define PROTO_BASE_DURATION_TEXT_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dkimkeeper {

// One whole number and one unit (ms, s, m, h, d), no sign, no space. Nothing where it is anything
// else, or longer than 100 years.
[[nodiscard]] std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);

// In the largest unit that divides it. `duration` is not negative.
[[nodiscard]] std::string FormatDuration(std::chrono::milliseconds duration);

}  // namespace dkimkeeper

#endif  // PROTO_BASE_DURATION_TEXT_H_
