// Times for people: local time, and how long ago.
#ifndef CLIENT_CLI_TIME_TEXT_H_
#define CLIENT_CLI_TIME_TEXT_H_

#include <cstdint>
#include <string>

namespace dkimkeeper {

// "3 min ago", "in 2 d", "now": in the largest unit that fits twice.
[[nodiscard]] std::string AgeText(std::int64_t at_ms, std::int64_t now_ms);

// "2025-07-01 14:03 (3 d ago)" in the local time zone. 0 stands for "not (yet)": empty.
[[nodiscard]] std::string TimeText(std::int64_t at_ms, std::int64_t now_ms);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_TIME_TEXT_H_
