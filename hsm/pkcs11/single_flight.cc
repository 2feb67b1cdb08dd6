#include "hsm/pkcs11/single_flight.h"

#include <algorithm>

namespace dkimkeeper::pkcs11 {

SingleFlight::Turn SingleFlight::Enter(std::uint64_t seen, RateLimit& limit, Deadline deadline) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (epoch() != seen) return Turn::kDoneByAnother;
    const Deadline now = std::chrono::steady_clock::now();
    if (!busy_ && now >= limit.next) {
      busy_ = true;
      limit.next = now + limit.interval;
      return Turn::kMine;
    }
    if (now >= deadline || (!busy_ && limit.next >= deadline)) return Turn::kTooLate;
    changed_.wait_until(lock, busy_ ? deadline : std::min(limit.next, deadline));
  }
}

void SingleFlight::Leave() {
  const std::lock_guard lock(mutex_);
  busy_ = false;
  changed_.notify_all();
}

void SingleFlight::StartEpoch() {
  const std::lock_guard lock(mutex_);
  epoch_.fetch_add(1, std::memory_order_release);
  changed_.notify_all();
}

void SingleFlight::WaitForNewEpoch(std::uint64_t seen, Deadline until) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [&] { return epoch() != seen; });
}

}  // namespace dkimkeeper::pkcs11
