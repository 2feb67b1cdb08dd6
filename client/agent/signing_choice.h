// Which keys a message is signed with.
#ifndef CLIENT_AGENT_SIGNING_CHOICE_H_
#define CLIENT_AGENT_SIGNING_CHOICE_H_

#include <optional>
#include <vector>

#include "dkimkeeper/client.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/sender.h"

namespace dkimkeeper {

// The signing domain of an author: the author's own where this host may sign for it, else the
// nearest of `parents` that the author is below and that it may sign for. Nothing: none.
[[nodiscard]] std::optional<Domain> SigningDomainOf(const Domain& author,
                                                    const std::vector<Domain>& parents,
                                                    const SigningKeys& keys);

// A domain and a sender in it.
struct SigningLine {
  Domain domain;
  Sender sender = Sender::Default();
};

// What decides when there is no signature: the strictest of the domain's keys. kTempfail where it
// has none.
[[nodiscard]] FailPolicy FailPolicyOf(const Domain& domain, const SigningKeys& keys);

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_SIGNING_CHOICE_H_
