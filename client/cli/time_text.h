// Times for people: local time, and how long ago; or UTC, where it is to be written again.
#ifndef CLIENT_CLI_TIME_TEXT_H_
#define CLIENT_CLI_TIME_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dkimkeeper {

// "3 min ago", "in 2 d", "now": in the largest unit that fits twice.
[[nodiscard]] std::string AgeText(std::int64_t at_ms, std::int64_t now_ms);

// "2025-07-01 14:03 (3 d ago)" in the local time zone. 0 stands for "not (yet)": empty.
[[nodiscard]] std::string TimeText(std::int64_t at_ms, std::int64_t now_ms);

// "2026-07-01T12:00:00Z" (RFC 3339) without what is below a second.
[[nodiscard]] std::string UtcText(std::int64_t at_ms);

// That, or a date alone, which is its begin; after 1970. Nothing for anything else.
[[nodiscard]] std::optional<std::int64_t> ParseUtc(std::string_view text);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_TIME_TEXT_H_
