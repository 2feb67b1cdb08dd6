// The right to take steps, of one daemon at a time.
#ifndef SERVER_ROTATION_EXECUTOR_LEASE_H_
#define SERVER_ROTATION_EXECUTOR_LEASE_H_

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "server/base/clock.h"
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

 private:
  struct Held {
    std::uint64_t fence = 0;
    std::chrono::steady_clock::time_point since;
  };

  KeyStore& store_;
  const std::string holder_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::optional<Held> held_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_EXECUTOR_LEASE_H_
