#include "server/rpc/access_service.h"

#include <utility>

#include "server/lifecycle/grant_decisions.h"
#include "server/rpc/convert_grant.h"
#include "server/rpc/grant_explanation.h"
#include "server/rpc/in_effect.h"
#include "server/rpc/mutation.h"
#include "server/rpc/page.h"

namespace dkimkeeper {
namespace {

Subject SubjectOf(const Grant& grant) {
  return {.domain = grant.scope.PlaceText(),
          .sender = grant.scope.SenderText(),
          .selector = {},
          .detail = std::string(VerbName(grant.verb)) + " " + grant.identity.str()};
}

// What the grant is limited to; nothing: to nothing.
LimitedGrant Limited(const View& view, const Grant& grant) {
  const auto limits = view.contents.grant_limits.find(grant);
  return {grant, limits == view.contents.grant_limits.end() ? GrantLimits() : limits->second};
}

// Rises as a set of grants does: a space sorts before everything that its parts can hold. Of
// domains, groups and everything the last comes first.
std::string NameOf(const Grant& grant) {
  const Scope& scope = grant.scope;
  return grant.identity.str() + " " + std::to_string(static_cast<int>(grant.verb)) + " " +
         (scope.domain()  ? "2" + scope.domain()->str()
          : scope.group() ? "1" + scope.group()->str()
                          : "0") +
         " " + (scope.sender() ? scope.sender()->str() : "");
}

bool MayList(const View& view, const Caller& caller, const Grant& grant) {
  return view.rules.Authorize(caller, Verb::kAdminister, grant.scope).has_value() ||
         view.rules.Authorize(caller, Verb::kAudit, grant.scope).has_value();
}

}  // namespace

Outcome AccessService::Describe(const Caller& caller, v1::WhoAmIResponse& response) const {
  const ViewPtr view = parts_.registry.Get();
  response.set_identity(caller.str());
  for (const LimitedGrant& grant : view->rules.GrantsOf(caller)) {
    *response.add_grants() = ShowGrant(*view, grant);
  }
  for (const std::string& group : view->rules.GroupsOf(caller)) response.add_groups(group);
  if (caller.from) response.set_address(caller.from->str());
  return {};
}

Outcome AccessService::Add(const Caller& caller, const v1::AddGrantRequest& request,
                           v1::Grant& response) const {
  const auto grant = FromProto(request.grant());
  if (!grant) return Forward(grant);
  const auto limits = FromProto(request.grant().limits());
  if (!limits) return Forward(limits);
  const auto mutation = MutationOf(caller, "Access.AddGrant", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  Subject subject = SubjectOf(*grant);
  if (limits->any()) subject.detail += " " + request.grant().limits().ShortDebugString();
  const auto updated = parts_.journal.Recorded(
      "grant.add", caller, subject,
      parts_.registry.Update(*mutation, ToTimestamp(parts_.clock.Now()), [&](const View& view) {
        return DecideAddGrant(view, caller, *grant, *limits);
      }));
  if (!updated) return Forward(updated);
  response = ShowGrant(*updated->view, Limited(*updated->view, *grant));
  *response.mutable_in_effect() =
      InEffectOf(parts_.daemons, updated->view->contents.generation, request.await_daemons());
  return {};
}

Outcome AccessService::Remove(const Caller& caller, const v1::RemoveGrantRequest& request,
                              v1::RemoveGrantResponse& response) const {
  const auto grant = FromProto(request.grant());
  if (!grant) return Forward(grant);
  const auto mutation = MutationOf(caller, "Access.RemoveGrant", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const auto updated = parts_.journal.Recorded(
      "grant.remove", caller, SubjectOf(*grant),
      parts_.registry.Update(*mutation, ToTimestamp(parts_.clock.Now()), [&](const View& view) {
        return DecideRemoveGrant(view, caller, *grant);
      }));
  if (!updated) return Forward(updated);
  *response.mutable_in_effect() =
      InEffectOf(parts_.daemons, updated->view->contents.generation, request.await_daemons());
  return {};
}

Outcome AccessService::List(const Caller& caller, const v1::ListGrantsRequest& request,
                            v1::ListGrantsResponse& response) const {
  auto page = Page::Parse(request.page_size(), request.page_token());
  if (!page) return Forward(page);
  std::string domain = request.domain();
  if (!domain.empty() && domain != "*" && !domain.starts_with(GroupName::kPrefix)) {
    const auto parsed = Domain::Parse(domain);
    if (!parsed) return Forward(parsed);
    domain = parsed->str();
  }
  const ViewPtr view = parts_.registry.Get();
  for (const LimitedGrant& limited : view->rules.All()) {
    const v1::Grant message = ShowGrant(*view, limited);
    const Grant& grant = limited.grant;
    if (!request.identity().empty() && message.identity() != request.identity()) continue;
    if (!domain.empty() && message.domain() != domain) continue;
    if (!MayList(*view, caller, grant) || !page->Takes(NameOf(grant))) continue;
    *response.add_grants() = message;
  }
  response.set_next_page_token(page->NextToken());
  return {};
}

std::optional<Outcome> AccessService::Perform(const Caller& caller,
                                              const google::protobuf::Message& request) const {
  using google::protobuf::DynamicCastToGenerated;
  if (const auto* grant = DynamicCastToGenerated<v1::AddGrantRequest>(&request)) {
    v1::Grant answer;
    return Add(caller, *grant, answer);
  }
  if (const auto* members = DynamicCastToGenerated<v1::AddGroupMembersRequest>(&request)) {
    v1::AddGroupMembersResponse answer;
    return groups_.Add(caller, *members, answer);
  }
  return std::nullopt;
}

grpc::ServerUnaryReactor* AccessService::WhoAmI(grpc::CallbackServerContext* context,
                                                const v1::WhoAmIRequest* /*request*/,
                                                v1::WhoAmIResponse* response) {
  return parts_.calls.AnswerNow(context, "Access.WhoAmI",
                                [&](const Caller& caller) { return Describe(caller, *response); });
}

grpc::ServerUnaryReactor* AccessService::AddGrant(grpc::CallbackServerContext* context,
                                                  const v1::AddGrantRequest* request,
                                                  v1::Grant* response) {
  return parts_.calls.AnswerGuarded(
      context, "Access.AddGrant", QueueFor(request->await_daemons()), *request,
      [this, request, response](const Caller& caller) { return Add(caller, *request, *response); });
}

grpc::ServerUnaryReactor* AccessService::RemoveGrant(grpc::CallbackServerContext* context,
                                                     const v1::RemoveGrantRequest* request,
                                                     v1::RemoveGrantResponse* response) {
  return parts_.calls.AnswerLater(context, "Access.RemoveGrant", QueueFor(request->await_daemons()),
                                  [this, request, response](const Caller& caller) {
                                    return Remove(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* AccessService::ListGrants(grpc::CallbackServerContext* context,
                                                    const v1::ListGrantsRequest* request,
                                                    v1::ListGrantsResponse* response) {
  return parts_.calls.AnswerNow(context, "Access.ListGrants", [&](const Caller& caller) {
    return List(caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* AccessService::ExplainGrant(grpc::CallbackServerContext* context,
                                                      const v1::ExplainGrantRequest* request,
                                                      v1::ExplainGrantResponse* response) {
  return parts_.calls.AnswerNow(context, "Access.ExplainGrant", [&](const Caller& caller) {
    return dkimkeeper::ExplainGrant(*parts_.registry.Get(), caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* AccessService::AddGroupMembers(grpc::CallbackServerContext* context,
                                                         const v1::AddGroupMembersRequest* request,
                                                         v1::AddGroupMembersResponse* response) {
  return parts_.calls.AnswerGuarded(context, "Access.AddGroupMembers",
                                    QueueFor(request->await_daemons()), *request,
                                    [this, request, response](const Caller& caller) {
                                      return groups_.Add(caller, *request, *response);
                                    });
}

grpc::ServerUnaryReactor* AccessService::RemoveGroupMembers(
    grpc::CallbackServerContext* context, const v1::RemoveGroupMembersRequest* request,
    v1::RemoveGroupMembersResponse* response) {
  return parts_.calls.AnswerLater(context, "Access.RemoveGroupMembers",
                                  QueueFor(request->await_daemons()),
                                  [this, request, response](const Caller& caller) {
                                    return groups_.Remove(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* AccessService::ListGroups(grpc::CallbackServerContext* context,
                                                    const v1::ListGroupsRequest* request,
                                                    v1::ListGroupsResponse* response) {
  return parts_.calls.AnswerNow(context, "Access.ListGroups", [&](const Caller& caller) {
    return groups_.List(caller, *request, *response);
  });
}

}  // namespace dkimkeeper
