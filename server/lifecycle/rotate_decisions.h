// What operators may say about the keys of a sender as a whole, as pure functions (see
// key_decisions.h).
#ifndef SERVER_LIFECYCLE_ROTATE_DECISIONS_H_
#define SERVER_LIFECYCLE_ROTATE_DECISIONS_H_

#include "server/lifecycle/succession.h"

namespace dkimkeeper {

struct RotateRequest {
  Domain domain;
  Sender sender = Sender::Default();
  bool compromised = false;
  bool destroy_now = false;
};

// The turn of the sender's ACTIVE keys is over: the planner activates their successors as soon as
// these are proven. Compromised: every key that signs for the sender stops at once, as does one in
// its hand-over window; proven standbys take over in the same commit, and with `destroy_now`, which
// needs `administer`, the private keys go next.
//
// Needs `rotate`: NO_GRANT; DOMAIN_UNKNOWN, SENDER_UNKNOWN; FAILED_PRECONDITION/NO_ACTIVE_KEY,
// /DOMAIN_PAUSED unless compromised; INVALID_ARGUMENT/BAD_OPTION for `destroy_now` alone. The
// subject is `domain/sender`.
[[nodiscard]] Result<Decision> DecideRotate(const View& view, const Caller& caller,
                                            const RotateRequest& request, const Policy& policy,
                                            std::span<const TokenTerms> tokens, Timestamp now);

// BAD_OPTION for `destroy_now` of what is not compromised; NO_GRANT unless `caller` may destroy.
[[nodiscard]] Outcome CheckDestroyNow(const View& view, const Caller& caller, const Scope& scope,
                                      bool compromised, bool destroy_now);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_ROTATE_DECISIONS_H_
