// The part of dkimkeeper.v1.Domains that is about policies: decode, call, encode.
#ifndef SERVER_RPC_POLICY_CALLS_H_
#define SERVER_RPC_POLICY_CALLS_H_

#include "dkimkeeper/v1/domains.pb.h"
#include "server/lifecycle/policy_decisions.h"
#include "server/rotation/outlook.h"

namespace dkimkeeper {

// What `set` and `unset` of a SetPolicyRequest or a PreviewPolicyRequest ask for. BAD_DOMAIN,
// BAD_SENDER; INVALID_ARGUMENT/BAD_POLICY for a name that stands there twice.
[[nodiscard]] Result<PolicyRequest> FromProto(const v1::SetPolicyRequest& request);
[[nodiscard]] Result<PolicyRequest> FromProto(const v1::PreviewPolicyRequest& request);

// DecideSetPolicy; and a publisher that is set must be configured: NOT_FOUND/PUBLISHER_UNKNOWN.
[[nodiscard]] Result<Decision> DecideSet(const View& view, const Caller& caller,
                                         const PolicyRequest& request, const Outlook& outlook);

// Every setting with its value and where that comes from. Without a domain: the configuration's,
// for who may see anything; NO_GRANT, DOMAIN_UNKNOWN, SENDER_UNKNOWN.
[[nodiscard]] Outcome ShowPolicy(const View& view, const Caller& caller,
                                 const v1::GetPolicyRequest& request, const Outlook& outlook,
                                 v1::Policy& response);

// Needs what SetPolicy needs. INVALID_ARGUMENT/BAD_OPTION for a horizon over ten years.
[[nodiscard]] Outcome PreviewPolicy(const View& view, const Caller& caller,
                                    const v1::PreviewPolicyRequest& request, const Outlook& outlook,
                                    Timestamp now, v1::PreviewPolicyResponse& response);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_POLICY_CALLS_H_
