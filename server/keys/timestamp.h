// Points in time as the store keeps them: milliseconds since 1970, UTC.
#ifndef SERVER_KEYS_TIMESTAMP_H_
#define SERVER_KEYS_TIMESTAMP_H_

#include <chrono>
#include <cstdint>

namespace dkimkeeper {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

[[nodiscard]] inline Timestamp ToTimestamp(std::chrono::system_clock::time_point time) {
  return std::chrono::floor<std::chrono::milliseconds>(time);
}

[[nodiscard]] inline std::int64_t ToMilliseconds(Timestamp time) {
  return time.time_since_epoch().count();
}

[[nodiscard]] inline Timestamp FromMilliseconds(std::int64_t milliseconds) {
  return Timestamp(std::chrono::milliseconds(milliseconds));
}

}  // namespace dkimkeeper

#endif  // SERVER_KEYS_TIMESTAMP_H_
