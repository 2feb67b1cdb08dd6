// Who may give and take rights, as pure functions (see key_decisions.h).
#ifndef SERVER_LIFECYCLE_GRANT_DECISIONS_H_
#define SERVER_LIFECYCLE_GRANT_DECISIONS_H_

#include "server/store/registry.h"

namespace dkimkeeper {

// Needs `administer` on the grant's scope. A grant that exists stays as it is.
// NOT_FOUND/DOMAIN_UNKNOWN, /SENDER_UNKNOWN: a right on what does not exist would come alive unseen
// later.
[[nodiscard]] Result<Decision> DecideAddGrant(const View& view, const Identity& caller,
                                              const Grant& grant);

// NOT_FOUND/GRANT_UNKNOWN: also for one that the configuration gives.
[[nodiscard]] Result<Decision> DecideRemoveGrant(const View& view, const Identity& caller,
                                                 const Grant& grant);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_GRANT_DECISIONS_H_
