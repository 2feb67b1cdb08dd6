#include "server/stop_order.h"

#include <csignal>
#include <utility>

namespace dkimkeeper {

StopOrder::StopOrder(const ShutdownSignal& signal, std::chrono::milliseconds grace,
                     std::function<void()> too_long)
    : signal_(signal), grace_(grace), too_long_(std::move(too_long)), thread_([this] { Run(); }) {}

StopOrder::~StopOrder() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  // To that thread alone, which may wait for a signal still.
  (void)pthread_kill(thread_.native_handle(), SIGINT);
  thread_.join();
}

int StopOrder::Wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return order_.has_value(); });
  return *order_;
}

void StopOrder::Run() {
  const int order = signal_.Wait();
  {
    std::unique_lock lock(mutex_);
    order_ = order;
    changed_.notify_all();
    if (changed_.wait_for(lock, grace_, [this] { return over_; })) return;
  }
  too_long_();
}

}  // namespace dkimkeeper
