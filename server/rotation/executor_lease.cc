#include "server/rotation/executor_lease.h"

#include "proto/reason.h"

namespace dkimkeeper {

std::optional<std::uint64_t> ExecutorLease::Renew() {
  const std::lock_guard one(renewal_);
  // Before the store is asked: the time that it takes is none of ours.
  const ClockReading now = ClockReading::Of(clock_);
  bool watched = false;
  {
    const std::lock_guard lock(mutex_);
    const bool held = IsHeldLocked(now.steady);
    if (held && !settled_ && now.steady < held_->since + kRenewal) return held_->fence;
    watched = held && !watch_.JumpBy(now);
  }
  const auto lease = store_.TakeLease(holder_, now.wall, kDuration, watched);
  {
    const std::lock_guard lock(mutex_);
    if (lease) {
      TakenLocked(*lease, now, watched);
    } else if (lease.error().reason == reason::kLeaseHeld) {
      held_.reset();
    }
  }
  return Fence();
}

void ExecutorLease::TakenLocked(const Lease& lease, const ClockReading& now, bool watched) {
  held_ = Held{lease.fence, now.steady};
  if (watched) {
    mark_ = now.wall;
    settled_ = false;
    watch_.Start(now);
  } else if (!lease.watched_before) {
    watch_.Start(now);  // nobody ever had it, so nothing waits
  } else if (mark_ != lease.watched_before) {
    mark_ = lease.watched_before;
    watch_.TakeOver(*mark_, now);
  }
}

std::optional<std::uint64_t> ExecutorLease::Fence() const {
  const std::lock_guard lock(mutex_);
  if (!IsHeldLocked(clock_.Steady())) return std::nullopt;
  return held_->fence;
}

void ExecutorLease::Lose() {
  const std::lock_guard lock(mutex_);
  held_.reset();
}

std::optional<ExecutorLease::Jump> ExecutorLease::FindJump() const {
  const ClockReading now = ClockReading::Of(clock_);
  const std::lock_guard lock(mutex_);
  const auto jump = watch_.JumpBy(now);
  if (!jump) return std::nullopt;
  return Jump{*jump, now, mark_ ? std::to_string(ToMilliseconds(*mark_)) : "never"};
}

void ExecutorLease::Settle(const Jump& jump) {
  const std::lock_guard lock(mutex_);
  settled_ = true;
  watch_.Start(jump.at);  // another one may have followed
}

}  // namespace dkimkeeper
