#include "server/rpc/policy_calls.h"

#include <utility>

#include "proto/reason.h"
#include "server/lifecycle/domain_entry.h"
#include "server/rpc/convert.h"

namespace dkimkeeper {
namespace {

constexpr std::chrono::milliseconds kUsualHorizon = std::chrono::days(2 * 365);
constexpr std::chrono::milliseconds kLongestHorizon = std::chrono::days(10 * 366);

template <typename Request>
Result<PolicyRequest> Decode(const Request& request) {
  auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  auto sender = SenderOrNone(request.sender());
  if (!sender) return Forward(sender);
  PolicyRequest wish{.domain = *std::move(domain), .sender = *std::move(sender)};
  wish.unset = {request.unset().begin(), request.unset().end()};
  for (const v1::Setting& setting : request.set()) {
    const bool once = wish.set.emplace(setting.name(), setting.value()).second;
    if (once && !wish.unset.contains(setting.name())) continue;
    return Fail(Code::kInvalidArgument, reason::kBadPolicy,
                "policy setting \"" + setting.name() + "\" is given twice; give it once");
  }
  return wish;
}

// The words that decide, from the strongest.
struct Words {
  const PolicySettings* sender = nullptr;
  const PolicySettings* domain = nullptr;
};

std::string SourceOf(const std::string& name, const Words& words) {
  if (words.sender != nullptr && words.sender->contains(name)) return "sender";
  if (words.domain != nullptr && words.domain->contains(name)) return "domain";
  return "configuration";
}

void Fill(const KeyPolicy& policy, const Words& words, v1::Policy& response) {
  const PolicySettings values = SettingsOf(policy);
  for (const PolicySetting& setting : AllPolicySettings()) {
    const std::string name(setting.name);
    v1::PolicySetting& added = *response.add_settings();
    added.set_name(name);
    added.set_value(values.at(name));
    added.set_source(SourceOf(name, words));
    added.set_what(std::string(setting.what));
    added.set_range(std::string(setting.range));
  }
}

Outcome MaySeeDefaults(const View& view, const Caller& caller) {
  if (!view.rules.GrantsOf(caller).empty()) return {};
  const auto authorized = view.rules.Authorize(caller, Verb::kAudit, Scope::Everything());
  return authorized ? Outcome() : Forward(authorized);
}

void FillSteps(const std::vector<Step>& steps,
               google::protobuf::RepeatedPtrField<v1::Step>& messages) {
  for (const Step& step : steps) *messages.Add() = ToProto(step);
}

}  // namespace

Result<PolicyRequest> FromProto(const v1::SetPolicyRequest& request) { return Decode(request); }
Result<PolicyRequest> FromProto(const v1::PreviewPolicyRequest& request) { return Decode(request); }

Result<Decision> DecideSet(const View& view, const Caller& caller, const PolicyRequest& request,
                           const Outlook& outlook) {
  auto decision = DecideSetPolicy(view, caller, request, outlook.policy());
  const auto publisher = request.set.find("publisher");
  if (!decision || publisher == request.set.end()) return decision;
  const std::string name = publisher->second == "manual" ? "" : publisher->second;
  if (const auto known = outlook.CheckPublisher(name); !known) return Forward(known);
  return decision;
}

Outcome ShowPolicy(const View& view, const Caller& caller, const v1::GetPolicyRequest& request,
                   const Outlook& outlook, v1::Policy& response) {
  if (request.domain().empty()) {
    if (const auto may = MaySeeDefaults(view, caller); !may) return may;
    Fill(outlook.policy().defaults, {}, response);
    return {};
  }
  const auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  const auto sender = SenderOrDefault(request.sender());
  if (!sender) return Forward(sender);
  if (!view.rules.MaySee(caller, Scope::Of(*domain, *sender))) {
    return Forward(view.rules.Authorize(caller, Verb::kAudit, Scope::Of(*domain, *sender)));
  }
  const auto entry = view.contents.domains.find(*domain);
  if (entry == view.contents.domains.end()) {
    return Fail(Code::kNotFound, reason::kDomainUnknown,
                "no domain " + domain->str() + "; `dkimkeeper domain list` shows what there is");
  }
  if (!entry->second.senders.contains(*sender)) return NoSender(*domain, *sender);
  const auto own = entry->second.sender_policies.find(*sender);
  response.set_domain(domain->str());
  response.set_sender(sender->str());
  Fill(PolicyOf(entry->second, *sender, outlook.policy()),
       {.sender = own == entry->second.sender_policies.end() ? nullptr : &own->second,
        .domain = &entry->second.policy},
       response);
  return {};
}

Outcome PreviewPolicy(const View& view, const Caller& caller,
                      const v1::PreviewPolicyRequest& request, const Outlook& outlook,
                      Timestamp now, v1::PreviewPolicyResponse& response) {
  const auto wish = FromProto(request);
  if (!wish) return Forward(wish);
  if (request.horizon_ms() < 0 || request.horizon_ms() > kLongestHorizon.count()) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "horizon_ms must be from 0 to ten years; 0 means two");
  }
  const auto horizon =
      request.horizon_ms() == 0 ? kUsualHorizon : std::chrono::milliseconds(request.horizon_ms());
  const auto decision = DecideSet(view, caller, *wish, outlook);
  if (!decision) return Forward(decision);
  FillSteps(outlook.Ahead(view, wish->domain, now, horizon), *response.mutable_before());
  View changed = view;
  Apply(decision->changes, changed.contents);
  FillSteps(outlook.Ahead(changed, wish->domain, now, horizon), *response.mutable_after());
  return {};
}

}  // namespace dkimkeeper
