#include "server/rotation/executor_lease.h"

#include "proto/reason.h"

namespace dkimkeeper {

std::optional<std::uint64_t> ExecutorLease::Renew() {
  {
    const std::lock_guard lock(mutex_);
    if (held_ && clock_.Steady() < held_->since + kRenewal) return held_->fence;
  }
  // Before the store is asked: the time that it takes is none of ours.
  const auto since = clock_.Steady();
  const auto lease = store_.TakeLease(holder_, ToTimestamp(clock_.Now()), kDuration);
  {
    const std::lock_guard lock(mutex_);
    if (lease) {
      held_ = Held{lease->fence, since};
    } else if (lease.error().reason == reason::kLeaseHeld) {
      held_.reset();
    }
  }
  return Fence();
}

std::optional<std::uint64_t> ExecutorLease::Fence() const {
  const std::lock_guard lock(mutex_);
  if (!held_ || clock_.Steady() >= held_->since + kDuration) return std::nullopt;
  return held_->fence;
}

void ExecutorLease::Lose() {
  const std::lock_guard lock(mutex_);
  held_.reset();
}

}  // namespace dkimkeeper
