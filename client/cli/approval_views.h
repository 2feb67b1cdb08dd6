// Approvals as text for people, by the rules of client/cli/views.h, and as JSON documents.
#ifndef CLIENT_CLI_APPROVAL_VIEWS_H_
#define CLIENT_CLI_APPROVAL_VIEWS_H_

#include <cstdint>
#include <string>

#include "client/cli/json.h"
#include "dkimkeeper/v1/approvals.pb.h"

namespace dkimkeeper {

[[nodiscard]] Json ToJson(const v1::Approval& approval);
[[nodiscard]] Json ToJson(const v1::ListApprovalsResponse& approvals);
[[nodiscard]] Json ToJson(const v1::Rule& rule);

[[nodiscard]] std::string ShowApprovals(const v1::ListApprovalsResponse& approvals,
                                        std::int64_t now_ms);
// Ends with the command that approves it, where the caller may look at what it is about.
[[nodiscard]] std::string ShowApproval(const v1::Approval& approval, std::int64_t now_ms);
[[nodiscard]] std::string ShowRule(const v1::Rule& rule);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_APPROVAL_VIEWS_H_
