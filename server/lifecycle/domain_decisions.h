// What may happen to domains and senders, as pure functions (see key_decisions.h).
#ifndef SERVER_LIFECYCLE_DOMAIN_DECISIONS_H_
#define SERVER_LIFECYCLE_DOMAIN_DECISIONS_H_

#include <optional>
#include <span>

#include "server/store/registry.h"
#include "server/tokens/token_terms.h"

namespace dkimkeeper {

// `entry.created_at` is now, its delegation label new. Needs `administer` on everything.
// ALREADY_EXISTS/DOMAIN_EXISTS, also while one of that name is being removed; errors of
// CheckPlacement. `tokens` are those that are configured.
[[nodiscard]] Result<Decision> DecideAddDomain(const View& view, const Caller& caller,
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
[[nodiscard]] Result<Decision> DecidePlace(const View& view, const Caller& caller,
                                           const PlaceRequest& request,
                                           std::span<const TokenTerms> tokens);

// ALREADY_EXISTS/SENDER_EXISTS; errors of CheckStays.
[[nodiscard]] Result<Decision> DecideAddSender(const View& view, const Caller& caller,
                                               const Domain& domain, const Sender& sender);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_DOMAIN_DECISIONS_H_
