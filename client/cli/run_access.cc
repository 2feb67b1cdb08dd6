// grant …, group …, whoami, status
#include "client/cli/access_views.h"
#include "client/cli/session.h"
#include "client/cli/views.h"

namespace dkimkeeper {

Outcome Run(Session& session, const v1::AddGrantRequest& request) {
  const Result<v1::Grant> grant = session.server().AddGrant(request);
  if (!grant) return Forward(grant);
  return session.Print(ToJson(*grant), ShowGrants({*grant}) + ShowInEffect(grant->in_effect()));
}

Outcome Run(Session& session, const v1::RemoveGrantRequest& request) {
  const auto removed = session.server().RemoveGrant(request);
  if (!removed) return Forward(removed);
  return session.Print(
      {{"removed", ToJson(request.grant())}, {"in_effect", ToJson(removed->in_effect())}},
      "the grant is removed; " + ShowInEffect(removed->in_effect()));
}

Outcome Run(Session& session, const v1::ListGrantsRequest& request) {
  const auto grants = session.server().ListGrants(request);
  if (!grants) return Forward(grants);
  return session.Print(ToJsonList("grants", *grants), ShowGrants(*grants));
}

Outcome Run(Session& session, const v1::ExplainGrantRequest& request) {
  const auto explanation = session.server().ExplainGrant(request);
  if (!explanation) return Forward(explanation);
  return session.Print(ToJson(*explanation), ShowExplanation(*explanation));
}

Outcome Run(Session& session, const v1::AddGroupMembersRequest& request) {
  const auto added = session.server().AddGroupMembers(request);
  if (!added) return Forward(added);
  return session.Print(
      {{"group", ToJson(added->group())}, {"in_effect", ToJson(added->in_effect())}},
      ShowGroups({added->group()}) + ShowInEffect(added->in_effect()));
}

Outcome Run(Session& session, const v1::RemoveGroupMembersRequest& request) {
  const auto removed = session.server().RemoveGroupMembers(request);
  if (!removed) return Forward(removed);
  return session.Print({{"in_effect", ToJson(removed->in_effect())}},
                       "removed; " + ShowInEffect(removed->in_effect()));
}

Outcome Run(Session& session, const v1::ListGroupsRequest& request) {
  const auto listed = session.server().ListGroups(request);
  if (!listed) return Forward(listed);
  const bool one = !request.group().empty() && listed->groups_size() == 1;
  return session.Print(ToJsonList("groups", listed->groups()),
                       one ? ShowMembers(listed->groups(0))
                           : ShowGroups({listed->groups().begin(), listed->groups().end()}));
}

Outcome Run(Session& session, const v1::WhoAmIRequest& /*request*/) {
  const Result<v1::WhoAmIResponse> who = session.server().WhoAmI();
  if (!who) return Forward(who);
  return session.Print(ToJson(*who), ShowWhoAmI(*who));
}

Outcome Run(Session& session, const v1::GetStatusRequest& /*request*/) {
  const Result<v1::GetStatusResponse> status = session.server().GetStatus();
  if (!status) return Forward(status);
  const Result<v1::GetActivityResponse> activity = session.server().GetActivity();
  if (!activity) return Forward(activity);
  Json document = ToJson(*status);
  document["activity"] = ToJson(*activity);
  return session.Print(
      document, ShowStatus(*status, session.now_ms()) + ShowActivity(*activity, session.now_ms()));
}

}  // namespace dkimkeeper
