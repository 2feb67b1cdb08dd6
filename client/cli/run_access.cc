// grant …, whoami, status
#include "client/cli/session.h"
#include "client/cli/views.h"

namespace dkimkeeper {

Outcome Run(Session& session, const v1::AddGrantRequest& request) {
  const Result<v1::Grant> grant = session.server().AddGrant(request);
  if (!grant) return Forward(grant);
  return session.Print(ToJson(*grant), ShowGrants({*grant}));
}

Outcome Run(Session& session, const v1::RemoveGrantRequest& request) {
  if (Outcome removed = session.server().RemoveGrant(request); !removed) return removed;
  return session.Print({{"removed", ToJson(request.grant())}}, "the grant is removed\n");
}

Outcome Run(Session& session, const v1::ListGrantsRequest& request) {
  const auto grants = session.server().ListGrants(request);
  if (!grants) return Forward(grants);
  return session.Print(ToJsonList("grants", *grants), ShowGrants(*grants));
}

Outcome Run(Session& session, const v1::WhoAmIRequest& /*request*/) {
  const Result<v1::WhoAmIResponse> who = session.server().WhoAmI();
  if (!who) return Forward(who);
  return session.Print(ToJson(*who), ShowWhoAmI(*who));
}

Outcome Run(Session& session, const v1::GetStatusRequest& /*request*/) {
  const Result<v1::GetStatusResponse> status = session.server().GetStatus();
  if (!status) return Forward(status);
  return session.Print(ToJson(*status), ShowStatus(*status, session.now_ms()));
}

}  // namespace dkimkeeper
