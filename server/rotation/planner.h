// The life cycle of design.md §4 as a pure function.
#ifndef SERVER_ROTATION_PLANNER_H_
#define SERVER_ROTATION_PLANNER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "server/lifecycle/policy.h"
#include "server/rotation/attempts.h"
#include "server/rotation/steps.h"
#include "server/store/agents.h"
#include "server/store/registry.h"
#include "server/tokens/token_terms.h"

namespace dkimkeeper {

// What the planner knows beside the registry's picture.
struct Surroundings {
  const Policy& policy;                // the configuration's defaults
  std::span<const TokenTerms> tokens;  // those that are configured
  const Attempts& attempts;            // how earlier tries went: they pace the next ones
  // The generation that every live daemon signs with, or a later one.
  std::uint64_t acknowledged = 0;
  // What the slowest clock of a live daemon shows: hand-over windows end by each daemon's own.
  // Nothing: no other one is known.
  std::optional<Timestamp> slowest_clock = {};
  // What agents acknowledged; null: none does.
  AgentListPtr agents = nullptr;
};

// Every step that `domain` waits for, by due time: those due are to be taken, in this order, each
// after a new plan; the others say what happens next and when. At most one step a key, one a line
// that lacks a key, and one watch a proven record. Nothing for a domain that is not there. Pure.
[[nodiscard]] std::vector<Step> PlanDomain(const View& view, const Domain& domain,
                                           const Surroundings& around, Timestamp now);

// The same of all domains.
[[nodiscard]] std::vector<Step> PlanAll(const View& view, const Surroundings& around,
                                        Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_PLANNER_H_
