// Giving up a domain or a sender, as pure functions (see key_decisions.h). Nothing is dropped
// silently: their keys go through the rest of their lives first.
#ifndef SERVER_LIFECYCLE_REMOVAL_DECISIONS_H_
#define SERVER_LIFECYCLE_REMOVAL_DECISIONS_H_

#include "server/lifecycle/policy.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Its ACTIVE keys start their hand-over windows, those that were never used are revoked, and the
// planner does the rest; without a key in a token the entry goes at once, and its grants with it.
// Needs `administer` on the domain: NO_GRANT; DOMAIN_UNKNOWN. Again: no change.
[[nodiscard]] Result<Decision> DecideRemoveDomain(const View& view, const Caller& caller,
                                                  const Domain& domain, const Policy& policy,
                                                  Timestamp now);
// The same of a sender. SENDER_UNKNOWN; FAILED_PRECONDITION/SENDER_IN_USE for "default".
[[nodiscard]] Result<Decision> DecideRemoveSender(const View& view, const Caller& caller,
                                                  const Domain& domain, const Sender& sender,
                                                  const Policy& policy, Timestamp now);

// The end of both, once every key is DESTROYED; no caller asks for it. No change where there is
// nothing to drop (any more); ABORTED/CHANGED_SINCE_READ while a key lives, or nobody gave it up.
[[nodiscard]] Result<Decision> DecideDropDomain(const View& view, const Domain& domain);
[[nodiscard]] Result<Decision> DecideDropSender(const View& view, const Domain& domain,
                                                const Sender& sender);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_REMOVAL_DECISIONS_H_
