#include "client/lib/pace.h"

#include <condition_variable>
#include <mutex>
#include <random>

namespace dkimkeeper {
namespace {

class RealPace : public Pace {
 public:
  std::chrono::steady_clock::time_point Now() override { return std::chrono::steady_clock::now(); }

  bool Wait(std::chrono::milliseconds duration, const std::stop_token& stop) override {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
  }

  double Random() override {
    const std::lock_guard lock(mutex_);
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine_);
  }

 private:
  std::mutex mutex_;
  std::mt19937 engine_{std::random_device{}()};
};

}  // namespace

std::shared_ptr<Pace> SystemPace() { return std::make_shared<RealPace>(); }

}  // namespace dkimkeeper
