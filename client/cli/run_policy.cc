// policy …
#include "client/cli/policy_views.h"
#include "client/cli/session.h"
#include "client/cli/step_views.h"

namespace dkimkeeper {
namespace {

Outcome PrintPolicy(Session& session, const Result<v1::Policy>& policy) {
  if (!policy) return Forward(policy);
  return session.Print(ToJson(*policy), ShowPolicy(*policy));
}

}  // namespace

Outcome Run(Session& session, const v1::GetPolicyRequest& request) {
  return PrintPolicy(session, session.server().GetPolicy(request));
}

Outcome Run(Session& session, const v1::SetPolicyRequest& request) {
  return PrintPolicy(session, session.server().SetPolicy(request));
}

Outcome Run(Session& session, const v1::PreviewPolicyRequest& request) {
  const auto preview = session.server().PreviewPolicy(request);
  if (!preview) return Forward(preview);
  return session.Print(ToJson(*preview), ShowPreview(*preview, session.now_ms()));
}

}  // namespace dkimkeeper
