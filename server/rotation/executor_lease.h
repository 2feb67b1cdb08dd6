// The right to take steps, of one daemon at a time; and the watch over the clock that goes with it.
#ifndef SERVER_ROTATION_EXECUTOR_LEASE_H_
#define SERVER_ROTATION_EXECUTOR_LEASE_H_

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "proto/base/clock.h"
#include "server/rotation/clock_watch.h"
#include "server/store/key_store.h"

namespace dkimkeeper {

// Thread-safe.
class ExecutorLease {
 public:
  static constexpr std::chrono::seconds kDuration{30};
  // It is prolonged when so much of it is over.
  static constexpr std::chrono::seconds kRenewal{10};

  // `holder` is this daemon's name, unique among those of the store. Both must outlive this.
  ExecutorLease(KeyStore& store, std::string holder, const Clock& clock)
      : store_(store), holder_(std::move(holder)), clock_(clock) {}
  ExecutorLease(const ExecutorLease&) = delete;
  ExecutorLease& operator=(const ExecutorLease&) = delete;

  // Takes the lease, or prolongs it where it is time for that; then as Fence. Blocks on the store.
  std::optional<std::uint64_t> Renew();

  // For RequireLease, while the lease is ours by the monotonic clock: one that jumps gives nothing
  // away. Nothing: another daemon may have it.
  [[nodiscard]] std::optional<std::uint64_t> Fence() const;

  // A commit found that another daemon has it.
  void Lose();

  // A jump of the clock that the waits were not moved along with; the store remembers until Settle
  // that there was one, also for whoever takes over. `mark` names the last moment that was
  // accounted for: a jump after the same mark is the same jump.
  struct Jump {
    ClockJump clock;
    ClockReading at;
    std::string mark;
  };
  [[nodiscard]] std::optional<Jump> FindJump() const;
  // The waits moved along.
  void Settle(const Jump& jump);

 private:
  struct Held {
    std::uint64_t fence = 0;
    std::chrono::steady_clock::time_point since;
  };
  [[nodiscard]] bool IsHeldLocked(std::chrono::steady_clock::time_point now) const {
    return held_ && now < held_->since + kDuration;
  }
  void TakenLocked(const Lease& lease, const ClockReading& now, bool watched);

  KeyStore& store_;
  const std::string holder_;
  const Clock& clock_;
  std::mutex renewal_;  // one at a time
  mutable std::mutex mutex_;
  std::optional<Held> held_;
  bool settled_ = false;  // the store does not know yet that waits moved along
  ClockWatch watch_;
  std::optional<Timestamp> mark_;  // as the store has it
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_EXECUTOR_LEASE_H_
