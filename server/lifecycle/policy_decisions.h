// What operators may say about how the keys of a domain live, as pure functions.
// PERMISSION_DENIED/NO_GRANT, then NOT_FOUND/DOMAIN_UNKNOWN, /SENDER_UNKNOWN.
#ifndef SERVER_LIFECYCLE_POLICY_DECISIONS_H_
#define SERVER_LIFECYCLE_POLICY_DECISIONS_H_

#include <optional>
#include <set>
#include <string>

#include "server/lifecycle/policy.h"
#include "server/store/registry.h"

namespace dkimkeeper {

struct PolicyRequest {
  Domain domain;
  std::optional<Sender> sender = {};  // nothing: the domain's own words
  PolicySettings set = {};            // as written
  std::set<std::string> unset = {};   // those that the domain, or the configuration, decides again
};

// Needs `administer` on the domain. INVALID_ARGUMENT/BAD_POLICY where a word is no setting, cannot
// have that value, or the whole makes no sense for a sender that it holds for. A new rotation
// period holds for the ACTIVE keys, too: their turn ends earlier or later, unless an operator had
// ended it.
[[nodiscard]] Result<Decision> DecideSetPolicy(const View& view, const Caller& caller,
                                               const PolicyRequest& request, const Policy& policy);

// Planned steps of the domain wait until it is resumed; what was begun is finished, and emergencies
// go on. Needs `rotate` on the domain. Again: no change.
[[nodiscard]] Result<Decision> DecidePause(const View& view, const Caller& caller,
                                           const Domain& domain, Timestamp now);
// Every wait that began before is counted anew from now: nothing is hurried.
[[nodiscard]] Result<Decision> DecideResume(const View& view, const Caller& caller,
                                            const Domain& domain, Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_POLICY_DECISIONS_H_
