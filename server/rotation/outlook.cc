#include "server/rotation/outlook.h"

#include "server/rotation/timeline.h"

namespace dkimkeeper {

std::vector<Step> Outlook::StepsOf(const View& view, const Domain& domain, Timestamp now) const {
  const auto tokens = parts_.tokens.Terms();
  return PlanDomain(view, domain,
                    {.policy = parts_.policy,
                     .tokens = tokens,
                     .attempts = parts_.attempts,
                     .acknowledged = parts_.acknowledged(),
                     .agents = parts_.agents()},
                    now);
}

std::vector<Step> Outlook::AllSteps(const View& view, Timestamp now) const {
  const auto tokens = parts_.tokens.Terms();
  return PlanAll(view,
                 {.policy = parts_.policy,
                  .tokens = tokens,
                  .attempts = parts_.attempts,
                  .acknowledged = parts_.acknowledged(),
                  .agents = parts_.agents()},
                 now);
}

std::vector<Step> Outlook::Ahead(const View& view, const Domain& domain, Timestamp now,
                                 std::chrono::milliseconds horizon) const {
  return Timeline(view, domain, parts_.policy, parts_.tokens.Terms(), now, horizon);
}

}  // namespace dkimkeeper
