// Finding the domain that a decision is about.
#ifndef SERVER_LIFECYCLE_DOMAIN_ENTRY_H_
#define SERVER_LIFECYCLE_DOMAIN_ENTRY_H_

#include "server/store/registry.h"

namespace dkimkeeper {

// The domain, when `caller` may `verb` in all of it and it exists. NO_GRANT, DOMAIN_UNKNOWN.
[[nodiscard]] Result<DomainEntry> EntryFor(const View& view, const Caller& caller, Verb verb,
                                           const Domain& domain);

// NOT_FOUND/SENDER_UNKNOWN.
[[nodiscard]] tl::unexpected<Error> NoSender(const Domain& domain, const Sender& sender);

// FAILED_PRECONDITION/DOMAIN_IN_USE, /SENDER_IN_USE where it is being removed: nothing new begins.
[[nodiscard]] Outcome CheckStays(const DomainEntry& entry, const Sender& sender);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_DOMAIN_ENTRY_H_
