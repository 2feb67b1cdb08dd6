// What may happen to domains and senders, as pure functions (see key_decisions.h).
#ifndef SERVER_LIFECYCLE_DOMAIN_DECISIONS_H_
#define SERVER_LIFECYCLE_DOMAIN_DECISIONS_H_

#include <optional>
#include <span>

#include "server/store/registry.h"
#include "server/tokens/token_terms.h"

namespace dkimkeeper {

// `entry.created_at` is now. Needs `administer` on everything. ALREADY_EXISTS/DOMAIN_EXISTS; errors
// of CheckPlacement. `tokens` are those that are configured.
[[nodiscard]] Result<Decision> DecideAddDomain(const View& view, const Identity& caller,
                                               DomainEntry entry,
                                               std::span<const TokenTerms> tokens);

// Where new keys of a domain, or of one of its senders, are made from now on; keys that exist stay
// where they are. An empty token takes the choice back.
struct PlaceRequest {
  Domain domain;
  std::optional<Sender> sender;
  Placement placement;
};
// Errors of CheckPlacement; NOT_FOUND/SENDER_UNKNOWN.
[[nodiscard]] Result<Decision> DecidePlace(const View& view, const Identity& caller,
                                           const PlaceRequest& request,
                                           std::span<const TokenTerms> tokens);

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
