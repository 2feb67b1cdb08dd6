// A clock that stands still until a test moves it.
#ifndef TESTS_FAKES_MANUAL_CLOCK_H_
#define TESTS_FAKES_MANUAL_CLOCK_H_

#include <chrono>
#include <mutex>

#include "proto/base/clock.h"

namespace dkimkeeper {

// Thread-safe. Starts at 2026-01-01T00:00:00Z, far from the epoch and from any boundary.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point Now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  [[nodiscard]] std::chrono::steady_clock::time_point Steady() const override {
    const std::lock_guard lock(mutex_);
    return steady_;
  }

  // Time passes: both clocks move.
  void Advance(std::chrono::nanoseconds by) {
    const std::lock_guard lock(mutex_);
    now_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(by);
    steady_ += std::chrono::duration_cast<std::chrono::steady_clock::duration>(by);
  }

  // An operator sets the wall clock; the monotonic one does not move.
  void JumpTo(std::chrono::system_clock::time_point now) {
    const std::lock_guard lock(mutex_);
    now_ = now;
  }

 private:
  mutable std::mutex mutex_;
  std::chrono::system_clock::time_point now_ =
      std::chrono::sys_days(std::chrono::year(2026) / std::chrono::January / 1);
  std::chrono::steady_clock::time_point steady_{std::chrono::hours(1)};
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_MANUAL_CLOCK_H_
