// Grants and what belongs to them ↔ messages of the API. Nothing else happens here.
#ifndef SERVER_RPC_CONVERT_GRANT_H_
#define SERVER_RPC_CONVERT_GRANT_H_

#include "dkimkeeper/v1/access.pb.h"
#include "server/access/authorized.h"
#include "server/access/grant.h"
#include "server/access/grant_limits.h"

namespace dkimkeeper {

// `bootstrap` is left to the caller.
[[nodiscard]] v1::Grant ToProto(const LimitedGrant& grant);
// BAD_IDENTITY, BAD_GROUP, BAD_VERB, BAD_SCOPE, BAD_DOMAIN, BAD_SENDER.
[[nodiscard]] Result<Grant> FromProto(const v1::Grant& grant);
// BAD_ALGORITHM, BAD_LIMIT.
[[nodiscard]] Result<GrantLimits> FromProto(const v1::GrantLimits& limits);
// BAD_VERB.
[[nodiscard]] Result<Verb> FromProto(v1::Verb verb);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_CONVERT_GRANT_H_
