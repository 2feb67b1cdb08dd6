// When the workers of one token last destroyed keys.
#ifndef HSM_SHARED_DESTROY_LEDGER_H_
#define HSM_SHARED_DESTROY_LEDGER_H_

#include <chrono>
#include <cstddef>
#include <mutex>

#include "hsm/shared/process_lock.h"
#include "hsm/token.h"

namespace dkimkeeper {

// At most `limit` keys an hour are destroyed, whatever the daemon asks: one that fell into wrong
// hands cannot empty the token before somebody looks. The ledger lies in the file that the workers
// of a token share, so that neither several workers nor restarts of one multiply the limit.
// Thread-safe. `file` must outlive this; a file that cannot be read or written allows nothing.
class DestroyLedger {
 public:
  static constexpr std::chrono::hours kWindow{1};
  static constexpr unsigned kMostLimit = 10'000;

  // `limit` is at most kMostLimit; 0 allows nothing.
  DestroyLedger(int file, unsigned limit) : file_(file), limit_(limit) {}
  DestroyLedger(const DestroyLedger&) = delete;
  DestroyLedger& operator=(const DestroyLedger&) = delete;

  // Enters the destruction of `id` at `now`; of the monotonic clock. The same key within the window
  // counts once, from the last time: a destruction whose worker was lost is asked for again.
  // RESOURCE_EXHAUSTED/DESTROY_LIMIT, and when to try again.
  [[nodiscard]] Outcome Allow(const KeyId& id, Deadline now);

 private:
  const int file_;
  const unsigned limit_;
  std::mutex mutex_;  // a record lock does not keep threads apart
};

}  // namespace dkimkeeper

#endif  // HSM_SHARED_DESTROY_LEDGER_H_
