#include "server/rpc/domains_service.h"

#include <optional>
#include <utility>

#include "proto/reason.h"
#include "server/lifecycle/domain_decisions.h"
#include "server/lifecycle/key_admission.h"
#include "server/lifecycle/removal_decisions.h"
#include "server/lifecycle/selector_name.h"
#include "server/rpc/convert.h"
#include "server/rpc/mutation.h"
#include "server/rpc/page.h"
#include "server/rpc/policy_calls.h"

namespace dkimkeeper {
namespace {

Result<KeyPlace> ParseLine(const std::string& domain_text, const std::string& sender_text) {
  auto domain = Domain::Parse(domain_text);
  if (!domain) return Forward(domain);
  auto sender = Sender::Parse(sender_text);
  if (!sender) return Forward(sender);
  return KeyPlace{*std::move(domain), *std::move(sender)};
}

Subject SubjectOf(const KeyPlace& line) {
  return {.domain = line.domain.str(), .sender = line.sender.str()};
}

// "drain=2d -mode": for the journal.
std::string Detail(const PolicyRequest& wish) {
  std::string detail;
  for (const auto& [name, value] : wish.set) detail.append(name).append("=").append(value) += ' ';
  for (const std::string& name : wish.unset) detail.append("-").append(name) += ' ';
  if (!detail.empty()) detail.pop_back();
  return detail;
}

// A label that no other registration ever had: 16 of 32 letters and digits.
std::string NewLabel() {
  const std::string random = KeyId::Random().bytes();
  return LettersFrom({reinterpret_cast<const std::uint8_t*>(random.data()), random.size()});
}

// What the owner declares once for the selectors of `sender`'s pools.
void FillCnames(const DomainEntry& entry, const Sender& sender, const Outlook& outlook,
                v1::Domain& message) {
  const KeyPolicy policy = PolicyOf(entry, sender, outlook.policy());
  for (const auto& [algorithm, pool] : policy.selector_pools) {
    for (const Selector& selector : pool) {
      const std::string target =
          outlook.CnameTarget(selector, entry.delegation_label, policy.publisher);
      const auto name = KeyRecordName(selector, entry.domain);
      if (target.empty() || !name) continue;
      v1::Cname& added = *message.add_cnames();
      added.set_name(*name);
      added.set_target(target);
    }
  }
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
  response = Shown(entry->second);
  return {};
}

v1::Domain DomainsService::Shown(const DomainEntry& entry) const {
  v1::Domain message = ToProto(entry, parts_.tokens.first().name);
  for (const Sender& sender : entry.senders) FillCnames(entry, sender, parts_.outlook, message);
  return message;
}

Outcome DomainsService::Add(const Caller& caller, const v1::AddDomainRequest& request,
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
                          .placement = {request.token(), request.standby_token()},
                          .delegation_label = NewLabel()};
  const auto tokens = parts_.tokens.Terms();
  const auto changed =
      Change("domain.add", *mutation, {.domain = domain->str()},
             [&](const View& view) { return DecideAddDomain(view, caller, entry, tokens); });
  return changed ? Show(*domain, response) : changed;
}

Outcome DomainsService::Place(const Caller& caller, const v1::PlaceDomainRequest& request,
                              v1::Domain& response) const {
  auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  const auto sender = SenderOrNone(request.sender());
  if (!sender) return Forward(sender);
  const auto mutation = MutationOf(caller, "Domains.PlaceDomain", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const PlaceRequest wish{*domain, *sender, {request.token(), request.standby_token()}};
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

Outcome DomainsService::Get(const Caller& caller, const v1::GetDomainRequest& request,
                            v1::Domain& response) const {
  const auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  const ViewPtr view = parts_.registry.Get();
  if (!view->rules.MaySeeDomain(caller, *domain)) {
    return Forward(view->rules.Authorize(caller, Verb::kAudit, Scope::AllOf(*domain)));
  }
  return Show(*domain, response);
}

Outcome DomainsService::List(const Caller& caller, const v1::ListDomainsRequest& request,
                             v1::ListDomainsResponse& response) const {
  auto page = Page::Parse(request.page_size(), request.page_token());
  if (!page) return Forward(page);
  const ViewPtr view = parts_.registry.Get();
  for (const auto& [domain, entry] : view->contents.domains) {
    if (!view->rules.MaySeeDomain(caller, domain) || !page->Takes(domain.str())) continue;
    *response.add_domains() = Shown(entry);
  }
  response.set_next_page_token(page->NextToken());
  return {};
}

Outcome DomainsService::Remove(const Caller& caller, const v1::RemoveDomainRequest& request) const {
  const auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  const auto mutation = MutationOf(caller, "Domains.RemoveDomain", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  return Change("domain.remove", *mutation, {.domain = domain->str()}, [&](const View& view) {
    return DecideRemoveDomain(view, caller, *domain, parts_.outlook.policy(), now);
  });
}

Outcome DomainsService::Add(const Caller& caller, const v1::AddSenderRequest& request,
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

Outcome DomainsService::Remove(const Caller& caller, const v1::RemoveSenderRequest& request,
                               v1::Domain& response) const {
  const auto line = ParseLine(request.domain(), request.sender());
  if (!line) return Forward(line);
  const auto mutation = MutationOf(caller, "Domains.RemoveSender", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  const auto changed = Change("sender.remove", *mutation, SubjectOf(*line), [&](const View& view) {
    return DecideRemoveSender(view, caller, line->domain, line->sender, parts_.outlook.policy(),
                              now);
  });
  return changed ? Show(line->domain, response) : changed;
}

Outcome DomainsService::Pause(const Caller& caller, const v1::PauseDomainRequest& request,
                              v1::Domain& response) const {
  const auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  const auto mutation = MutationOf(caller, "Domains.PauseDomain", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  const auto changed =
      Change("domain.pause", *mutation, {.domain = domain->str()},
             [&](const View& view) { return DecidePause(view, caller, *domain, now); });
  return changed ? Show(*domain, response) : changed;
}

Outcome DomainsService::Resume(const Caller& caller, const v1::ResumeDomainRequest& request,
                               v1::Domain& response) const {
  const auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  const auto mutation = MutationOf(caller, "Domains.ResumeDomain", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  auto changed = Change("domain.resume", *mutation, {.domain = domain->str()},
                        [&](const View& view) { return DecideResume(view, caller, *domain, now); });
  if (!changed) return changed;
  parts_.desk.Kick();
  return Show(*domain, response);
}

Outcome DomainsService::Set(const Caller& caller, const v1::SetPolicyRequest& request,
                            v1::Policy& response) const {
  const auto wish = FromProto(request);
  if (!wish) return Forward(wish);
  const auto mutation = MutationOf(caller, "Domains.SetPolicy", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const Subject subject{.domain = wish->domain.str(),
                        .sender = request.sender(),
                        .selector = {},
                        .detail = Detail(*wish)};
  auto changed = Change("policy.set", *mutation, subject, [&](const View& view) {
    return DecideSet(view, caller, *wish, parts_.outlook);
  });
  if (!changed) return changed;
  parts_.desk.Kick();
  v1::GetPolicyRequest shown;
  shown.set_domain(wish->domain.str());
  shown.set_sender(request.sender());
  return ShowPolicy(*parts_.registry.Get(), caller, shown, parts_.outlook, response);
}

std::optional<Outcome> DomainsService::Perform(const Caller& caller,
                                               const google::protobuf::Message& request) const {
  using google::protobuf::DynamicCastToGenerated;
  v1::Domain answer;
  if (const auto* domain = DynamicCastToGenerated<v1::RemoveDomainRequest>(&request)) {
    return Remove(caller, *domain);
  }
  if (const auto* sender = DynamicCastToGenerated<v1::RemoveSenderRequest>(&request)) {
    return Remove(caller, *sender, answer);
  }
  if (const auto* set = DynamicCastToGenerated<v1::SetPolicyRequest>(&request)) {
    v1::Policy policy;
    return Set(caller, *set, policy);
  }
  return std::nullopt;
}

grpc::ServerUnaryReactor* DomainsService::AddDomain(grpc::CallbackServerContext* context,
                                                    const v1::AddDomainRequest* request,
                                                    v1::Domain* response) {
  return parts_.calls.AnswerLater(
      context, "Domains.AddDomain", parts_.changes,
      [this, request, response](const Caller& caller) { return Add(caller, *request, *response); });
}

grpc::ServerUnaryReactor* DomainsService::GetDomain(grpc::CallbackServerContext* context,
                                                    const v1::GetDomainRequest* request,
                                                    v1::Domain* response) {
  return parts_.calls.AnswerNow(context, "Domains.GetDomain", [&](const Caller& caller) {
    return Get(caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* DomainsService::ListDomains(grpc::CallbackServerContext* context,
                                                      const v1::ListDomainsRequest* request,
                                                      v1::ListDomainsResponse* response) {
  return parts_.calls.AnswerNow(context, "Domains.ListDomains", [&](const Caller& caller) {
    return List(caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* DomainsService::RemoveDomain(grpc::CallbackServerContext* context,
                                                       const v1::RemoveDomainRequest* request,
                                                       v1::RemoveDomainResponse* /*response*/) {
  return parts_.calls.AnswerGuarded(
      context, "Domains.RemoveDomain", parts_.changes, *request,
      [this, request](const Caller& caller) { return Remove(caller, *request); });
}

grpc::ServerUnaryReactor* DomainsService::PlaceDomain(grpc::CallbackServerContext* context,
                                                      const v1::PlaceDomainRequest* request,
                                                      v1::Domain* response) {
  return parts_.calls.AnswerLater(context, "Domains.PlaceDomain", parts_.changes,
                                  [this, request, response](const Caller& caller) {
                                    return Place(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* DomainsService::AddSender(grpc::CallbackServerContext* context,
                                                    const v1::AddSenderRequest* request,
                                                    v1::Domain* response) {
  return parts_.calls.AnswerLater(
      context, "Domains.AddSender", parts_.changes,
      [this, request, response](const Caller& caller) { return Add(caller, *request, *response); });
}

grpc::ServerUnaryReactor* DomainsService::RemoveSender(grpc::CallbackServerContext* context,
                                                       const v1::RemoveSenderRequest* request,
                                                       v1::Domain* response) {
  return parts_.calls.AnswerGuarded(context, "Domains.RemoveSender", parts_.changes, *request,
                                    [this, request, response](const Caller& caller) {
                                      return Remove(caller, *request, *response);
                                    });
}

grpc::ServerUnaryReactor* DomainsService::PauseDomain(grpc::CallbackServerContext* context,
                                                      const v1::PauseDomainRequest* request,
                                                      v1::Domain* response) {
  return parts_.calls.AnswerLater(context, "Domains.PauseDomain", parts_.changes,
                                  [this, request, response](const Caller& caller) {
                                    return Pause(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* DomainsService::ResumeDomain(grpc::CallbackServerContext* context,
                                                       const v1::ResumeDomainRequest* request,
                                                       v1::Domain* response) {
  return parts_.calls.AnswerLater(context, "Domains.ResumeDomain", parts_.changes,
                                  [this, request, response](const Caller& caller) {
                                    return Resume(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* DomainsService::GetPolicy(grpc::CallbackServerContext* context,
                                                    const v1::GetPolicyRequest* request,
                                                    v1::Policy* response) {
  return parts_.calls.AnswerNow(context, "Domains.GetPolicy", [&](const Caller& caller) {
    return ShowPolicy(*parts_.registry.Get(), caller, *request, parts_.outlook, *response);
  });
}

grpc::ServerUnaryReactor* DomainsService::SetPolicy(grpc::CallbackServerContext* context,
                                                    const v1::SetPolicyRequest* request,
                                                    v1::Policy* response) {
  return parts_.calls.AnswerGuarded(
      context, "Domains.SetPolicy", parts_.changes, *request,
      [this, request, response](const Caller& caller) { return Set(caller, *request, *response); });
}

grpc::ServerUnaryReactor* DomainsService::PreviewPolicy(grpc::CallbackServerContext* context,
                                                        const v1::PreviewPolicyRequest* request,
                                                        v1::PreviewPolicyResponse* response) {
  return parts_.calls.AnswerLater(context, "Domains.PreviewPolicy", parts_.looks,
                                  [this, request, response](const Caller& caller) {
                                    return dkimkeeper::PreviewPolicy(
                                        *parts_.registry.Get(), caller, *request, parts_.outlook,
                                        ToTimestamp(parts_.clock.Now()), *response);
                                  });
}

}  // namespace dkimkeeper
