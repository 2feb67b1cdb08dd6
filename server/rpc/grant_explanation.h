// Why a call would be allowed or refused.
#ifndef SERVER_RPC_GRANT_EXPLANATION_H_
#define SERVER_RPC_GRANT_EXPLANATION_H_

#include "dkimkeeper/v1/access.pb.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Fills the answer to `request` of `caller`, who may ask of himself, and of others with `audit` or
// `administer` on the scope. BAD_IDENTITY, BAD_VERB, BAD_SCOPE, BAD_DOMAIN, BAD_SENDER,
// BAD_ALGORITHM, BAD_LIMIT for the address. Pure.
[[nodiscard]] Outcome ExplainGrant(const View& view, const Caller& caller,
                                   const v1::ExplainGrantRequest& request,
                                   v1::ExplainGrantResponse& response);

// With `bootstrap` as in the configuration.
[[nodiscard]] v1::Grant ShowGrant(const View& view, const LimitedGrant& grant);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_GRANT_EXPLANATION_H_
