#include "server/base/subscription.h"

#include <algorithm>

namespace dkimkeeper {

void Subscriber::Run() {
  const auto self = std::this_thread::get_id();
  {
    const std::lock_guard lock(mutex_);
    if (cancelled_) return;
    running_.push_back(self);
  }
  callback_();
  const std::lock_guard lock(mutex_);
  running_.erase(std::find(running_.begin(), running_.end(), self));
  idle_.notify_all();
}

bool Subscriber::RunsElsewhereLocked() const {
  return std::any_of(running_.begin(), running_.end(),
                     [](std::thread::id thread) { return thread != std::this_thread::get_id(); });
}

void Subscriber::Cancel() {
  std::unique_lock lock(mutex_);
  cancelled_ = true;
  idle_.wait(lock, [this] { return !RunsElsewhereLocked(); });
}

Subscription& Subscription::operator=(Subscription&& other) noexcept {
  if (this != &other) {
    Reset();
    subscriber_ = std::move(other.subscriber_);
  }
  return *this;
}

void Subscription::Reset() {
  // Taken out first: the callback may hold the last reference to this Subscription's owner.
  if (const auto subscriber = std::exchange(subscriber_, nullptr)) subscriber->Cancel();
}

}  // namespace dkimkeeper
