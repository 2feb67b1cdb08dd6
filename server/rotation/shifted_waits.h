// Waits are lengths of time, not dates: when the clock jumps, they move along.
#ifndef SERVER_ROTATION_SHIFTED_WAITS_H_
#define SERVER_ROTATION_SHIFTED_WAITS_H_

#include <chrono>

#include "server/lifecycle/policy.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// The clock went from `before` to `before` + `by` while nothing of that, as far as anybody saw, did
// pass: set forward (or back, `by` is negative), or nobody watched. What is left of each wait stays
// as it was: TTLs, hand-over windows, drains, retention, the turn of the next key. Pure. Keys that
// wait for nothing are left alone.
[[nodiscard]] Decision ShiftWaits(const View& view, std::chrono::milliseconds by, Timestamp before,
                                  const Policy& policy);

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_SHIFTED_WAITS_H_
