#include "server/rpc/access_service.h"

#include <utility>

#include "server/lifecycle/grant_decisions.h"
#include "server/rpc/convert.h"
#include "server/rpc/mutation.h"
#include "server/rpc/page.h"

namespace dkimkeeper {
namespace {

Subject SubjectOf(const Grant& grant) {
  return {.domain = grant.scope.domain() ? grant.scope.domain()->str() : "*",
          .sender = grant.scope.sender() ? grant.scope.sender()->str() : "*",
          .selector = {},
          .detail = std::string(VerbName(grant.verb)) + " " + grant.identity.str()};
}

v1::Grant Show(const View& view, const Grant& grant) {
  v1::Grant message = ToProto(grant);
  message.set_bootstrap(!view.contents.grants.contains(grant));
  return message;
}

// Rises as a set of grants does: a space sorts before everything that its parts can hold.
std::string NameOf(const Grant& grant) {
  return grant.identity.str() + " " + std::to_string(static_cast<int>(grant.verb)) + " " +
         (grant.scope.domain() ? grant.scope.domain()->str() : "") + " " +
         (grant.scope.sender() ? grant.scope.sender()->str() : "");
}

bool MayList(const View& view, const Identity& caller, const Grant& grant) {
  return view.rules.Authorize(caller, Verb::kAdminister, grant.scope).has_value() ||
         view.rules.Authorize(caller, Verb::kAudit, grant.scope).has_value();
}

}  // namespace

Outcome AccessService::Describe(const Identity& caller, v1::WhoAmIResponse& response) const {
  const ViewPtr view = parts_.registry.Get();
  response.set_identity(caller.str());
  for (const Grant& grant : view->rules.GrantsOf(caller)) {
    *response.add_grants() = Show(*view, grant);
  }
  return {};
}

Outcome AccessService::Add(const Identity& caller, const v1::AddGrantRequest& request,
                           v1::Grant& response) const {
  const auto grant = FromProto(request.grant());
  if (!grant) return Forward(grant);
  const auto mutation = MutationOf(caller, "Access.AddGrant", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const auto updated = parts_.journal.Recorded(
      "grant.add", caller, SubjectOf(*grant),
      parts_.registry.Update(*mutation, ToTimestamp(parts_.clock.Now()), [&](const View& view) {
        return DecideAddGrant(view, caller, *grant);
      }));
  if (!updated) return Forward(updated);
  response = Show(*updated->view, *grant);
  return {};
}

Outcome AccessService::Remove(const Identity& caller, const v1::RemoveGrantRequest& request) const {
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
  return {};
}

Outcome AccessService::List(const Identity& caller, const v1::ListGrantsRequest& request,
                            v1::ListGrantsResponse& response) const {
  auto page = Page::Parse(request.page_size(), request.page_token());
  if (!page) return Forward(page);
  std::string domain = request.domain();
  if (!domain.empty() && domain != "*") {
    const auto parsed = Domain::Parse(domain);
    if (!parsed) return Forward(parsed);
    domain = parsed->str();
  }
  const ViewPtr view = parts_.registry.Get();
  for (const Grant& grant : view->rules.All()) {
    const v1::Grant message = Show(*view, grant);
    if (!request.identity().empty() && message.identity() != request.identity()) continue;
    if (!domain.empty() && message.domain() != domain) continue;
    if (!MayList(*view, caller, grant) || !page->Takes(NameOf(grant))) continue;
    *response.add_grants() = message;
  }
  response.set_next_page_token(page->NextToken());
  return {};
}

grpc::ServerUnaryReactor* AccessService::WhoAmI(grpc::CallbackServerContext* context,
                                                const v1::WhoAmIRequest* /*request*/,
                                                v1::WhoAmIResponse* response) {
  return parts_.calls.AnswerNow(context, "Access.WhoAmI", [&](const Identity& caller) {
    return Describe(caller, *response);
  });
}

grpc::ServerUnaryReactor* AccessService::AddGrant(grpc::CallbackServerContext* context,
                                                  const v1::AddGrantRequest* request,
                                                  v1::Grant* response) {
  return parts_.calls.AnswerLater(context, "Access.AddGrant", parts_.changes,
                                  [this, request, response](const Identity& caller) {
                                    return Add(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* AccessService::RemoveGrant(grpc::CallbackServerContext* context,
                                                     const v1::RemoveGrantRequest* request,
                                                     v1::RemoveGrantResponse* /*response*/) {
  return parts_.calls.AnswerLater(
      context, "Access.RemoveGrant", parts_.changes,
      [this, request](const Identity& caller) { return Remove(caller, *request); });
}

grpc::ServerUnaryReactor* AccessService::ListGrants(grpc::CallbackServerContext* context,
                                                    const v1::ListGrantsRequest* request,
                                                    v1::ListGrantsResponse* response) {
  return parts_.calls.AnswerNow(context, "Access.ListGrants", [&](const Identity& caller) {
    return List(caller, *request, *response);
  });
}

}  // namespace dkimkeeper
