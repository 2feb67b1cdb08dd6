#include "server/rpc/domains_service.h"

#include <optional>
#include <utility>

#include "proto/reason.h"
#include "server/lifecycle/domain_decisions.h"
#include "server/rpc/convert.h"
#include "server/rpc/mutation.h"
#include "server/rpc/page.h"

namespace dkimkeeper {
namespace {

// A domain and a sender as a request names them.
struct Line {
  Domain domain;
  Sender sender;
};

Result<Line> ParseLine(const std::string& domain_text, const std::string& sender_text) {
  auto domain = Domain::Parse(domain_text);
  if (!domain) return Forward(domain);
  auto sender = Sender::Parse(sender_text);
  if (!sender) return Forward(sender);
  return Line{*std::move(domain), *std::move(sender)};
}

Subject SubjectOf(const Line& line) {
  return {.domain = line.domain.str(), .sender = line.sender.str()};
}

}  // namespace

Outcome DomainsService::Change(std::string_view act, const Mutation& mutation,
                               const Subject& subject, const Registry::Decide& decide) const {
  const auto updated = parts_.journal.Recorded(
      act, mutation.caller, subject,
      parts_.registry.Update(mutation, ToTimestamp(parts_.clock.Now()), decide));
  if (!updated) return Forward(updated);
  return {};
}

Outcome DomainsService::Show(const Domain& domain, v1::Domain& response) const {
  const ViewPtr view = parts_.registry.Get();
  const auto entry = view->contents.domains.find(domain);
  if (entry == view->contents.domains.end()) {
    return Fail(Code::kNotFound, reason::kDomainUnknown,
                "no domain " + domain.str() + "; `dkimkeeper domain list` shows what there is");
  }
  response = ToProto(entry->second, parts_.tokens.first().name);
  return {};
}

Outcome DomainsService::Add(const Identity& caller, const v1::AddDomainRequest& request,
                            v1::Domain& response) const {
  const auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  const auto policy = FromProto(request.fail_policy());
  if (!policy) return Forward(policy);
  const auto mutation = MutationOf(caller, "Domains.AddDomain", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const DomainEntry entry{.domain = *domain,
                          .allow_underscore = request.allow_underscore(),
                          .fail_policy = *policy,
                          .senders = {},
                          .created_at = ToTimestamp(parts_.clock.Now()),
                          .placement = {request.token(), request.standby_token()}};
  const auto tokens = parts_.tokens.Terms();
  const auto changed =
      Change("domain.add", *mutation, {.domain = domain->str()},
             [&](const View& view) { return DecideAddDomain(view, caller, entry, tokens); });
  return changed ? Show(*domain, response) : changed;
}

Outcome DomainsService::Place(const Identity& caller, const v1::PlaceDomainRequest& request,
                              v1::Domain& response) const {
  auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  std::optional<Sender> sender;
  if (!request.sender().empty()) {
    auto parsed = Sender::Parse(request.sender());
    if (!parsed) return Forward(parsed);
    sender = *std::move(parsed);
  }
  const auto mutation = MutationOf(caller, "Domains.PlaceDomain", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const PlaceRequest wish{*domain, sender, {request.token(), request.standby_token()}};
  const auto tokens = parts_.tokens.Terms();
  const Subject subject{
      .domain = domain->str(),
      .sender = request.sender(),
      .selector = {},
      .detail = "token " + request.token() + ", standby " + request.standby_token()};
  const auto changed = Change("domain.place", *mutation, subject, [&](const View& view) {
    return DecidePlace(view, caller, wish, tokens);
  });
  return changed ? Show(*domain, response) : changed;
}

Outcome DomainsService::Get(const Identity& caller, const v1::GetDomainRequest& request,
                            v1::Domain& response) const {
  const auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  const ViewPtr view = parts_.registry.Get();
  if (!view->rules.MaySeeDomain(caller, *domain)) {
    return Forward(view->rules.Authorize(caller, Verb::kAudit, Scope::AllOf(*domain)));
  }
  return Show(*domain, response);
}

Outcome DomainsService::List(const Identity& caller, const v1::ListDomainsRequest& request,
                             v1::ListDomainsResponse& response) const {
  auto page = Page::Parse(request.page_size(), request.page_token());
  if (!page) return Forward(page);
  const ViewPtr view = parts_.registry.Get();
  for (const auto& [domain, entry] : view->contents.domains) {
    if (!view->rules.MaySeeDomain(caller, domain) || !page->Takes(domain.str())) continue;
    *response.add_domains() = ToProto(entry, parts_.tokens.first().name);
  }
  response.set_next_page_token(page->NextToken());
  return {};
}

Outcome DomainsService::Remove(const Identity& caller,
                               const v1::RemoveDomainRequest& request) const {
  const auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  const auto mutation = MutationOf(caller, "Domains.RemoveDomain", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  return Change("domain.remove", *mutation, {.domain = domain->str()},
                [&](const View& view) { return DecideRemoveDomain(view, caller, *domain); });
}

Outcome DomainsService::Add(const Identity& caller, const v1::AddSenderRequest& request,
                            v1::Domain& response) const {
  const auto line = ParseLine(request.domain(), request.sender());
  if (!line) return Forward(line);
  const auto mutation = MutationOf(caller, "Domains.AddSender", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const auto changed = Change("sender.add", *mutation, SubjectOf(*line), [&](const View& view) {
    return DecideAddSender(view, caller, line->domain, line->sender);
  });
  return changed ? Show(line->domain, response) : changed;
}

Outcome DomainsService::Remove(const Identity& caller, const v1::RemoveSenderRequest& request,
                               v1::Domain& response) const {
  const auto line = ParseLine(request.domain(), request.sender());
  if (!line) return Forward(line);
  const auto mutation = MutationOf(caller, "Domains.RemoveSender", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const auto changed = Change("sender.remove", *mutation, SubjectOf(*line), [&](const View& view) {
    return DecideRemoveSender(view, caller, line->domain, line->sender);
  });
  return changed ? Show(line->domain, response) : changed;
}

grpc::ServerUnaryReactor* DomainsService::AddDomain(grpc::CallbackServerContext* context,
                                                    const v1::AddDomainRequest* request,
                                                    v1::Domain* response) {
  return parts_.calls.AnswerLater(context, "Domains.AddDomain", parts_.changes,
                                  [this, request, response](const Identity& caller) {
                                    return Add(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* DomainsService::GetDomain(grpc::CallbackServerContext* context,
                                                    const v1::GetDomainRequest* request,
                                                    v1::Domain* response) {
  return parts_.calls.AnswerNow(context, "Domains.GetDomain", [&](const Identity& caller) {
    return Get(caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* DomainsService::ListDomains(grpc::CallbackServerContext* context,
                                                      const v1::ListDomainsRequest* request,
                                                      v1::ListDomainsResponse* response) {
  return parts_.calls.AnswerNow(context, "Domains.ListDomains", [&](const Identity& caller) {
    return List(caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* DomainsService::RemoveDomain(grpc::CallbackServerContext* context,
                                                       const v1::RemoveDomainRequest* request,
                                                       v1::RemoveDomainResponse* /*response*/) {
  return parts_.calls.AnswerLater(
      context, "Domains.RemoveDomain", parts_.changes,
      [this, request](const Identity& caller) { return Remove(caller, *request); });
}

grpc::ServerUnaryReactor* DomainsService::PlaceDomain(grpc::CallbackServerContext* context,
                                                      const v1::PlaceDomainRequest* request,
                                                      v1::Domain* response) {
  return parts_.calls.AnswerLater(context, "Domains.PlaceDomain", parts_.changes,
                                  [this, request, response](const Identity& caller) {
                                    return Place(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* DomainsService::AddSender(grpc::CallbackServerContext* context,
                                                    const v1::AddSenderRequest* request,
                                                    v1::Domain* response) {
  return parts_.calls.AnswerLater(context, "Domains.AddSender", parts_.changes,
                                  [this, request, response](const Identity& caller) {
                                    return Add(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* DomainsService::RemoveSender(grpc::CallbackServerContext* context,
                                                       const v1::RemoveSenderRequest* request,
                                                       v1::Domain* response) {
  return parts_.calls.AnswerLater(context, "Domains.RemoveSender", parts_.changes,
                                  [this, request, response](const Identity& caller) {
                                    return Remove(caller, *request, *response);
                                  });
}

}  // namespace dkimkeeper
