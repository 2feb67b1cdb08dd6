#include "client/lib/channel_pace.h"

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>

#include <mutex>
#include <random>

namespace dkimkeeper {
namespace {

class RealPace : public Pace {
 public:
  std::chrono::steady_clock::time_point Now() override { return std::chrono::steady_clock::now(); }

  bool Wait(std::chrono::milliseconds duration, const std::stop_token& stop) override {
    grpc::CompletionQueue queue;
    grpc::Alarm alarm;
    alarm.Set(&queue, gpr_time_from_millis(duration.count(), GPR_TIMESPAN), nullptr);
    {
      const std::stop_callback cancel(stop, [&alarm] { alarm.Cancel(); });
      void* tag = nullptr;
      bool fired = false;
      (void)queue.Next(&tag, &fired);
    }
    queue.Shutdown();
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

std::shared_ptr<Pace> ChannelPace() { return std::make_shared<RealPace>(); }

}  // namespace dkimkeeper
