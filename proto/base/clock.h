// Where time comes from. Pure code takes `now` as a parameter; only loops own a Clock&.
#ifndef PROTO_BASE_CLOCK_H_
#define PROTO_BASE_CLOCK_H_

#include <chrono>

namespace dkimkeeper {

// Thread-safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  // Wall time: for what is stored or shown. It jumps when an operator sets it.
  [[nodiscard]] virtual std::chrono::system_clock::time_point Now() const = 0;

  // Monotonic time: for deadlines and durations.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point Steady() const = 0;
};

// The clock of the operating system; the only place of the server that reads it.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point Now() const override {
    return std::chrono::system_clock::now();
  }
  [[nodiscard]] std::chrono::steady_clock::time_point Steady() const override {
    return std::chrono::steady_clock::now();
  }
};

}  // namespace dkimkeeper

#endif  // PROTO_BASE_CLOCK_H_
