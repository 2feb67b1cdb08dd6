// Who may give and take rights, as pure functions (see key_decisions.h).
#ifndef SERVER_LIFECYCLE_GRANT_DECISIONS_H_
#define SERVER_LIFECYCLE_GRANT_DECISIONS_H_

#include "server/store/registry.h"

namespace dkimkeeper {

// Needs `administer` on the grant's scope. A grant that exists gets these limits instead of its
// own. NOT_FOUND/DOMAIN_UNKNOWN, /SENDER_UNKNOWN, /GROUP_UNKNOWN: a right on what does not exist
// would come alive unseen later. INVALID_ARGUMENT/BAD_LIMIT; /BAD_GROUP for a group of domains that
// shall hold a grant, or one of identities to be held on.
[[nodiscard]] Result<Decision> DecideAddGrant(const View& view, const Caller& caller,
                                              const Grant& grant, const GrantLimits& limits = {});

// NOT_FOUND/GRANT_UNKNOWN: also for one that the configuration gives.
[[nodiscard]] Result<Decision> DecideRemoveGrant(const View& view, const Caller& caller,
                                                 const Grant& grant);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_GRANT_DECISIONS_H_
