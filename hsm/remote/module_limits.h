// How long the module may take for a call, and who stops waiting when.
#ifndef HSM_REMOTE_MODULE_LIMITS_H_
#define HSM_REMOTE_MODULE_LIMITS_H_

#include <chrono>

#include "hsm/wire/messages.h"

namespace dkimkeeper {

// Time that one call may spend in a worker before that counts as hung. Not the caller's deadline,
// which says only how long the caller waits.
struct ModuleLimits {
  std::chrono::milliseconds sign = std::chrono::seconds(2);  // a note too
  // Where half of what the caller has left is less, a signature's limit is that half, so that there
  // is time for another worker; but never under this: a caller in a hurry does not kill workers.
  std::chrono::milliseconds shortest_sign{500};
  std::chrono::milliseconds find_key = std::chrono::seconds(5);
  // So many calls of a worker may take longer, by so much for each key that the token is expected
  // to have: a search passes all objects, and several run at once until the worker knows all keys.
  unsigned searching_calls = 64;
  std::chrono::microseconds search_per_key{500};
  std::chrono::milliseconds find_all = std::chrono::seconds(60);
  std::chrono::milliseconds destroy = std::chrono::seconds(10);
  // As `generate` until the first one, and as `find_all` for the first of a worker.
  std::chrono::milliseconds health = std::chrono::seconds(2);
  std::chrono::milliseconds generate = std::chrono::seconds(120);
  std::chrono::milliseconds start = std::chrono::seconds(5);  // until a worker is logged in
};

struct CallTimes {
  // When the worker gives up by itself: a tenth before the limit, so that one that waits for a lock
  // of ours answers, and at the latest at the caller's deadline.
  Deadline worker;
  // When a worker that has not answered counts as hung.
  Deadline limit;
  // When the caller stops waiting: his deadline.
  Deadline caller;
};

// For a call that is sent at `now` for a caller who waits until `deadline`.
[[nodiscard]] CallTimes TimesFor(const wire::Call& call, const ModuleLimits& limits, Deadline now,
                                 Deadline deadline);

}  // namespace dkimkeeper

#endif  // HSM_REMOTE_MODULE_LIMITS_H_
