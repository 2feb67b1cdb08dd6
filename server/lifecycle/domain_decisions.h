// What may happen to domains and senders, as pure functions (see key_decisions.h).
#ifndef SERVER_LIFECYCLE_DOMAIN_DECISIONS_H_
#define SERVER_LIFECYCLE_DOMAIN_DECISIONS_H_

#include "server/store/registry.h"

namespace dkimkeeper {

// `entry.created_at` is now. Needs `administer` on everything. ALREADY_EXISTS/DOMAIN_EXISTS.
[[nodiscard]] Result<Decision> DecideAddDomain(const View& view, const Identity& caller,
                                               DomainEntry entry);

// FAILED_PRECONDITION/DOMAIN_IN_USE while a key is not DESTROYED. Its grants go with it.
[[nodiscard]] Result<Decision> DecideRemoveDomain(const View& view, const Identity& caller,
                                                  const Domain& domain);

// ALREADY_EXISTS/SENDER_EXISTS.
[[nodiscard]] Result<Decision> DecideAddSender(const View& view, const Identity& caller,
                                               const Domain& domain, const Sender& sender);

// FAILED_PRECONDITION/SENDER_IN_USE while a key is not DESTROYED, and for "default". Its grants go
// with it: none comes alive with a later sender of that name.
[[nodiscard]] Result<Decision> DecideRemoveSender(const View& view, const Identity& caller,
                                                  const Domain& domain, const Sender& sender);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_DOMAIN_DECISIONS_H_
