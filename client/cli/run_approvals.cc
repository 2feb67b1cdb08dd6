// approval …, rule …
#include "client/cli/approval_views.h"
#include "client/cli/session.h"

namespace dkimkeeper {
namespace {

Outcome PrintApproval(Session& session, const Result<v1::Approval>& approval) {
  if (!approval) return Forward(approval);
  return session.Print(ToJson(*approval), ShowApproval(*approval, session.now_ms()));
}

Outcome PrintRule(Session& session, const Result<v1::Rule>& rule) {
  if (!rule) return Forward(rule);
  return session.Print(ToJson(*rule), ShowRule(*rule));
}

}  // namespace

Outcome Run(Session& session, const v1::ListApprovalsRequest& request) {
  const auto approvals = session.server().ListApprovals(request);
  if (!approvals) return Forward(approvals);
  return session.Print(ToJson(*approvals), ShowApprovals(*approvals, session.now_ms()));
}

Outcome Run(Session& session, const v1::GetApprovalRequest& request) {
  return PrintApproval(session, session.server().GetApproval(request));
}

Outcome Run(Session& session, const v1::ApproveRequestRequest& request) {
  return PrintApproval(session, session.server().ApproveRequest(request));
}

Outcome Run(Session& session, const v1::RefuseRequestRequest& request) {
  return PrintApproval(session, session.server().RefuseRequest(request));
}

Outcome Run(Session& session, const v1::GetRuleRequest& request) {
  return PrintRule(session, session.server().GetRule(request));
}

Outcome Run(Session& session, const v1::SetRuleRequest& request) {
  return PrintRule(session, session.server().SetRule(request));
}

}  // namespace dkimkeeper
