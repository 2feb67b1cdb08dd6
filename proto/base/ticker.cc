#include "proto/base/ticker.h"

#include <utility>

namespace dkimkeeper {

Ticker::Ticker(std::chrono::milliseconds interval, std::function<void()> action)
    : interval_(interval), action_(std::move(action)), thread_([this] { Run(); }) {}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_one();
  thread_.join();
}

void Ticker::Run() {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, interval_, [this] { return stopping_; })) {
    lock.unlock();
    action_();
    lock.lock();
  }
}

}  // namespace dkimkeeper
