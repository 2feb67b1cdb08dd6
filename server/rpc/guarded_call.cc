#include "server/rpc/guarded_call.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <utility>

#include "dkimkeeper/v1/access.pb.h"
#include "dkimkeeper/v1/approvals.pb.h"
#include "dkimkeeper/v1/domains.pb.h"
#include "dkimkeeper/v1/keys.pb.h"
#include "dkimkeeper/v1/rotation.pb.h"
#include "proto/reason.h"
#include "server/lifecycle/domain_entry.h"
#include "server/lifecycle/key_admission.h"
#include "server/lifecycle/key_decisions.h"
#include "server/rpc/convert.h"
#include "server/rpc/convert_grant.h"
#include "server/rpc/headers_demand.h"
#include "server/rpc/mutation.h"
#include "server/rpc/policy_calls.h"
#include "server/rpc/what_is_seen.h"

namespace dkimkeeper {
namespace {

using google::protobuf::DynamicCastToGenerated;
using google::protobuf::Message;

template <typename Request>
bool Is(const Message& request) {
  return DynamicCastToGenerated<Request>(&request) != nullptr;
}

// Some grant of `administer` gives to, or in, `group`.
bool HoldsAdminister(const View& view, const std::string& group) {
  return std::ranges::any_of(view.contents.grants, [&](const Grant& grant) {
    const bool named = grant.identity.str() == group ||
                       (grant.scope.group() && grant.scope.group()->str() == group);
    return grant.verb == Verb::kAdminister && named;
  });
}

// Of what a policy is before and after, for one line.
bool IsShorter(const KeyPolicy& before, const KeyPolicy& after) {
  return after.drain < before.drain || after.revoked_retention < before.revoked_retention;
}

PolicySettings Changed(PolicySettings words, const PolicyRequest& wish) {
  for (const auto& [name, value] : wish.set) words.insert_or_assign(name, value);
  for (const std::string& name : wish.unset) words.erase(name);
  return words;
}

// For some sender of the domain; true too where nobody can tell: the call itself refuses that.
bool Shortens(const View& view, const Policy& policy, const PolicyRequest& wish) {
  const auto found = view.contents.domains.find(wish.domain);
  if (found == view.contents.domains.end()) return false;
  const DomainEntry& before = found->second;
  DomainEntry after = before;
  PolicySettings& words = wish.sender ? after.sender_policies[*wish.sender] : after.policy;
  words = Changed(std::move(words), wish);
  return std::ranges::any_of(before.senders, [&](const Sender& sender) {
    return IsShorter(PolicyOf(before, sender, policy), PolicyOf(after, sender, policy));
  });
}

Result<LookedAt> LookAtKey(const View& view, const Caller& caller, Verb verb,
                           const std::string& domain_text, const std::string& selector_text) {
  auto domain = Domain::Parse(domain_text);
  if (!domain) return Forward(domain);
  auto selector = Selector::Parse(selector_text, Underscore::kAllowed);
  if (!selector) return Forward(selector);
  const auto key = FindFor(view, caller, verb, {*std::move(domain), *std::move(selector)});
  if (!key) return Forward(key);
  return LookedAt{Scope::Of((*key)->domain, (*key)->sender), Seen(**key)};
}

Result<LookedAt> LookAtLine(const View& view, const Caller& caller, const std::string& domain_text,
                            const std::string& sender_text) {
  auto domain = Domain::Parse(domain_text);
  if (!domain) return Forward(domain);
  auto sender = SenderOrDefault(sender_text);
  if (!sender) return Forward(sender);
  const auto line = FindLine(view, caller, Verb::kAdminister, {*domain, *sender});
  if (!line) return Forward(line);
  return LookedAt{Scope::Of(line->domain, line->sender), Seen(view.contents, line->domain)};
}

Result<LookedAt> LookAtDomain(const View& view, const Caller& caller, const std::string& text) {
  const auto domain = Domain::Parse(text);
  if (!domain) return Forward(domain);
  const auto entry = EntryFor(view, caller, Verb::kAdminister, *domain);
  if (!entry) return Forward(entry);
  return LookedAt{Scope::AllOf(*domain), Seen(view.contents, *domain)};
}

Result<LookedAt> LookAtGrant(const View& view, const Caller& caller, const v1::Grant& message) {
  const auto grant = FromProto(message);
  if (!grant) return Forward(grant);
  const auto may = view.rules.Authorize(caller, Verb::kAdminister, grant->scope);
  if (!may) return Forward(may);
  return LookedAt{grant->scope, Seen(view.contents, *grant)};
}

// `seen` of what is about everything.
Result<LookedAt> LookAtAll(const View& view, const Caller& caller, std::string seen) {
  const auto may = view.rules.Authorize(caller, Verb::kAdminister, Scope::Everything());
  if (!may) return Forward(may);
  return LookedAt{Scope::Everything(), std::move(seen)};
}

void SetRequestId(Message& request, const std::string& id) {
  const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
  if (field != nullptr) request.GetReflection()->SetString(&request, field, id);
}

std::unique_ptr<Message> WithoutRequestId(const Message& request) {
  std::unique_ptr<Message> copy(request.New());
  copy->CopyFrom(request);
  SetRequestId(*copy, "");
  return copy;
}

}  // namespace

bool MayBeGuarded(const Message& request) {
  if (const auto* revoke = DynamicCastToGenerated<v1::RevokeKeyRequest>(&request)) {
    return !revoke->compromised() || revoke->destroy_now();
  }
  if (const auto* rotate = DynamicCastToGenerated<v1::RotateKeysRequest>(&request)) {
    return rotate->destroy_now();
  }
  if (const auto* activate = DynamicCastToGenerated<v1::ActivateKeyRequest>(&request)) {
    return !activate->without_dns_proof_reason().empty();
  }
  if (const auto* add = DynamicCastToGenerated<v1::AddGrantRequest>(&request)) {
    const v1::Grant& grant = add->grant();
    return grant.verb() == v1::VERB_ADMINISTER ||
           (grant.verb() == v1::VERB_SIGN && !grant.limits().headers_required());
  }
  return true;
}

std::optional<GuardedAct> ActOf(const View& view, const Policy& policy, const Message& request) {
  if (!MayBeGuarded(request)) return std::nullopt;
  if (const auto* revoke = DynamicCastToGenerated<v1::RevokeKeyRequest>(&request)) {
    return revoke->destroy_now() ? GuardedAct::kDestroy : GuardedAct::kRevoke;
  }
  if (const auto* members = DynamicCastToGenerated<v1::AddGroupMembersRequest>(&request)) {
    if (HoldsAdminister(view, members->group())) return GuardedAct::kGrantAdminister;
    if (LiftsDemandFor(view.contents, members->group())) return GuardedAct::kLiftHeaders;
    return std::nullopt;
  }
  if (const auto* set = DynamicCastToGenerated<v1::SetPolicyRequest>(&request)) {
    const auto wish = FromProto(*set);
    if (wish && Shortens(view, policy, *wish)) return GuardedAct::kShorten;
    return std::nullopt;
  }
  if (Is<v1::DestroyKeyRequest>(request)) return GuardedAct::kDestroy;
  if (Is<v1::RotateKeysRequest>(request)) return GuardedAct::kDestroy;
  if (Is<v1::AdoptKeyRequest>(request)) return GuardedAct::kAdopt;
  if (Is<v1::ActivateKeyRequest>(request)) {
    return GuardedAct::kActivateWithoutDnsProof;
  }
  if (Is<v1::RemoveDomainRequest>(request)) return GuardedAct::kRemoveDomain;
  if (Is<v1::RemoveSenderRequest>(request)) return GuardedAct::kRemoveSender;
  if (const auto* add = DynamicCastToGenerated<v1::AddGrantRequest>(&request)) {
    if (add->grant().verb() == v1::VERB_ADMINISTER) return GuardedAct::kGrantAdminister;
    const auto grant = FromProto(add->grant());
    if (grant && LiftsDemand(view.contents, *grant)) return GuardedAct::kLiftHeaders;
    return std::nullopt;
  }
  if (Is<v1::SetRuleRequest>(request)) return GuardedAct::kRule;
  return std::nullopt;
}

Verb VerbFor(GuardedAct act) {
  const bool rotates = act == GuardedAct::kRevoke || act == GuardedAct::kActivateWithoutDnsProof;
  return rotates ? Verb::kRotate : Verb::kAdminister;
}

Result<LookedAt> LookAt(const View& view, const Caller& caller, const ApprovalRule& rule,
                        const Message& request) {
  if (const auto* destroy = DynamicCastToGenerated<v1::DestroyKeyRequest>(&request)) {
    return LookAtKey(view, caller, Verb::kAdminister, destroy->domain(), destroy->selector());
  }
  if (const auto* revoke = DynamicCastToGenerated<v1::RevokeKeyRequest>(&request)) {
    const Verb verb = revoke->destroy_now() ? Verb::kAdminister : Verb::kRotate;
    return LookAtKey(view, caller, verb, revoke->domain(), revoke->selector());
  }
  if (const auto* activate = DynamicCastToGenerated<v1::ActivateKeyRequest>(&request)) {
    return LookAtKey(view, caller, Verb::kRotate, activate->domain(), activate->selector());
  }
  if (const auto* rotate = DynamicCastToGenerated<v1::RotateKeysRequest>(&request)) {
    return LookAtLine(view, caller, rotate->domain(), rotate->sender());
  }
  if (const auto* adopt = DynamicCastToGenerated<v1::AdoptKeyRequest>(&request)) {
    return LookAtLine(view, caller, adopt->domain(), adopt->sender());
  }
  if (const auto* remove = DynamicCastToGenerated<v1::RemoveDomainRequest>(&request)) {
    return LookAtDomain(view, caller, remove->domain());
  }
  if (const auto* remove = DynamicCastToGenerated<v1::RemoveSenderRequest>(&request)) {
    return LookAtDomain(view, caller, remove->domain());
  }
  if (const auto* set = DynamicCastToGenerated<v1::SetPolicyRequest>(&request)) {
    return LookAtDomain(view, caller, set->domain());
  }
  if (const auto* add = DynamicCastToGenerated<v1::AddGrantRequest>(&request)) {
    return LookAtGrant(view, caller, add->grant());
  }
  if (const auto* add = DynamicCastToGenerated<v1::AddGroupMembersRequest>(&request)) {
    return LookAtAll(view, caller, SeenOfGroup(view.contents, add->group()));
  }
  if (const auto* set = DynamicCastToGenerated<v1::SetRuleRequest>(&request)) {
    auto looked = LookAtAll(view, caller, SeenOfText(RuleText(rule)));
    const auto wanted = ParseRule({set->acts().begin(), set->acts().end()});
    if (looked && !wanted) return Forward(wanted);
    return looked;
  }
  return Fail(Code::kInternal, reason::kInternal, "a call without a rule is held; report this");
}

Result<std::unique_ptr<Message>> ReadRequest(const std::string& method,
                                             const std::string& parameters,
                                             const std::string& request_id) {
  const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      "dkimkeeper.v1." + method);
  const Message* prototype =
      found == nullptr ? nullptr
                       : google::protobuf::MessageFactory::generated_factory()->GetPrototype(
                             found->input_type());
  std::unique_ptr<Message> request(prototype == nullptr ? nullptr : prototype->New());
  if (!request || !request->ParseFromString(parameters)) {
    return Fail(Code::kInternal, reason::kStoreDamaged,
                "an approval is about a call " + method +
                    " that this version does not know; refuse it and ask anew");
  }
  SetRequestId(*request, request_id);
  return request;
}

std::string RequestIdOf(const Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
  return field == nullptr ? "" : request.GetReflection()->GetString(request, field);
}

std::string ParametersOf(const Message& request) {
  return SerializeDeterministically(*WithoutRequestId(request));
}

std::string ParametersText(const Message& request) {
  return WithoutRequestId(request)->Utf8DebugString();
}

}  // namespace dkimkeeper
