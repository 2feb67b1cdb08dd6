// Time that passes only by waiting.
#ifndef TESTS_UNIT_CLIENT_LIB_FAKE_PACE_H_
#define TESTS_UNIT_CLIENT_LIB_FAKE_PACE_H_

#include <mutex>
#include <vector>

#include "client/lib/pace.h"

namespace dkimkeeper {

// Thread-safe. Each wait ends at once and moves the time on.
class FakePace : public Pace {
 public:
  explicit FakePace(double random = 0.999) : random_(random) {}

  std::chrono::steady_clock::time_point Now() override {
    const std::lock_guard lock(mutex_);
    return now_;
  }

  bool Wait(std::chrono::milliseconds duration, const std::stop_token& stop) override {
    const std::lock_guard lock(mutex_);
    now_ += duration;
    waits_.push_back(duration);
    return !stop.stop_requested();
  }

  double Random() override { return random_; }

  void Pass(std::chrono::milliseconds duration) {
    const std::lock_guard lock(mutex_);
    now_ += duration;
  }

  [[nodiscard]] std::vector<std::chrono::milliseconds> Waits() {
    const std::lock_guard lock(mutex_);
    return waits_;
  }

 private:
  std::mutex mutex_;
  std::chrono::steady_clock::time_point now_{};
  std::vector<std::chrono::milliseconds> waits_;
  const double random_;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_CLIENT_LIB_FAKE_PACE_H_
