// Points in time as people write them on a command line.
#ifndef CLIENT_CLI_MOMENT_H_
#define CLIENT_CLI_MOMENT_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

using Moment = std::chrono::sys_time<std::chrono::microseconds>;

// "2026-07-01", "2026-07-01T14:03", "…:05", "…:05.123456", each UTC, with or without "Z", and with
// a blank for the T; or how long before now: "90s", "2h", "7d". INVALID_ARGUMENT/BAD_OPTION.
[[nodiscard]] Result<Moment> ParseMoment(std::string_view text, std::int64_t now_ms);

// "2026-07-01T14:03:05.123456Z" (RFC 3339).
[[nodiscard]] std::string MomentText(Moment moment);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_MOMENT_H_
