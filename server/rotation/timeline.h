// What is going to happen, if nothing goes wrong.
#ifndef SERVER_ROTATION_TIMELINE_H_
#define SERVER_ROTATION_TIMELINE_H_

#include <chrono>
#include <span>
#include <vector>

#include "server/lifecycle/policy.h"
#include "server/rotation/steps.h"
#include "server/store/registry.h"
#include "server/tokens/token_terms.h"

namespace dkimkeeper {

// The steps of `domain` from `now` until `horizon` later, by time: the planner run forward over
// simulated time, each step taken when it is due and everybody prompt: publishers, DNS, daemons,
// and operators where the mode is manual, the domain paused or a backup missing. Looks at records
// are left out. Keys to come have selectors like `20270101-new1` where these are made up. Pure; at
// most 2,000 steps.
[[nodiscard]] std::vector<Step> Timeline(const View& view, const Domain& domain,
                                         const Policy& policy, std::span<const TokenTerms> tokens,
                                         Timestamp now, std::chrono::milliseconds horizon);

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_TIMELINE_H_
