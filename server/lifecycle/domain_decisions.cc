#include "server/lifecycle/domain_decisions.h"

#include <algorithm>
#include <utility>

#include "proto/reason.h"
#include "server/lifecycle/placement.h"

namespace dkimkeeper {
namespace {

// The domain, when `caller` may administer all of it and it exists.
Result<DomainEntry> EntryFor(const View& view, const Identity& caller, const Domain& domain) {
  const auto authorized = view.rules.Authorize(caller, Verb::kAdminister, Scope::AllOf(domain));
  if (!authorized) return Forward(authorized);
  const auto entry = view.contents.domains.find(domain);
  if (entry == view.contents.domains.end()) {
    return Fail(Code::kNotFound, reason::kDomainUnknown,
                "no domain " + domain.str() + "; `dkimkeeper domain list` shows what there is");
  }
  return entry->second;
}

// A key of that domain, and of that sender where one is given, that still exists in a token.
const Key* LivingKey(const View& view, const Domain& domain, const Sender* sender) {
  for (const auto& [name, key] : view.contents.keys) {
    const bool of_line = key->domain == domain && (sender == nullptr || key->sender == *sender);
    if (of_line && !key->destroyed_at) return key.get();
  }
  return nullptr;
}

tl::unexpected<Error> NoSender(const Domain& domain, const Sender& sender) {
  return Fail(
      Code::kNotFound, reason::kSenderUnknown,
      "domain " + domain.str() + " has no sender " + sender.str() + "; `sender add` it first");
}

Decision Put(DomainEntry entry) {
  std::string subject = entry.domain.str();
  return {{PutDomain{std::move(entry)}}, std::move(subject)};
}

}  // namespace

Result<Decision> DecideAddDomain(const View& view, const Identity& caller, DomainEntry entry,
                                 std::span<const TokenTerms> tokens) {
  const auto authorized = view.rules.Authorize(caller, Verb::kAdminister, Scope::Everything());
  if (!authorized) return Forward(authorized);
  if (view.contents.domains.contains(entry.domain)) {
    return Fail(Code::kAlreadyExists, reason::kDomainExists,
                "domain " + entry.domain.str() + " exists already");
  }
  if (const auto good = CheckPlacement(entry.placement, tokens); !good) return Forward(good);
  entry.senders.insert(Sender::Default());
  return Put(std::move(entry));
}

Result<Decision> DecidePlace(const View& view, const Identity& caller, const PlaceRequest& request,
                             std::span<const TokenTerms> tokens) {
  auto entry = EntryFor(view, caller, request.domain);
  if (!entry) return Forward(entry);
  if (const auto good = CheckPlacement(request.placement, tokens); !good) return Forward(good);
  if (!request.sender) {
    entry->placement = request.placement;
    return Put(*std::move(entry));
  }
  if (!entry->senders.contains(*request.sender)) return NoSender(request.domain, *request.sender);
  if (request.placement.token.empty()) {
    entry->sender_placements.erase(*request.sender);
  } else {
    entry->sender_placements.insert_or_assign(*request.sender, request.placement);
  }
  return Put(*std::move(entry));
}

Result<Decision> DecideRemoveDomain(const View& view, const Identity& caller,
                                    const Domain& domain) {
  const auto entry = EntryFor(view, caller, domain);
  if (!entry) return Forward(entry);
  if (const Key* key = LivingKey(view, domain, nullptr)) {
    return Fail(Code::kFailedPrecondition, reason::kDomainInUse,
                "domain " + domain.str() + " has keys, e.g. " + key->selector.str() +
                    "; revoke and destroy them first");
  }
  return Decision{{RemoveDomain{domain}}, {}};
}

Result<Decision> DecideAddSender(const View& view, const Identity& caller, const Domain& domain,
                                 const Sender& sender) {
  auto entry = EntryFor(view, caller, domain);
  if (!entry) return Forward(entry);
  if (!entry->senders.insert(sender).second) {
    return Fail(Code::kAlreadyExists, reason::kSenderExists,
                "domain " + domain.str() + " has a sender " + sender.str() + " already");
  }
  return Put(*std::move(entry));
}

Result<Decision> DecideRemoveSender(const View& view, const Identity& caller, const Domain& domain,
                                    const Sender& sender) {
  auto entry = EntryFor(view, caller, domain);
  if (!entry) return Forward(entry);
  if (!entry->senders.contains(sender)) return NoSender(domain, sender);
  if (sender == Sender::Default()) {
    return Fail(Code::kFailedPrecondition, reason::kSenderInUse,
                "every domain has the sender \"default\"; remove the domain instead");
  }
  if (const Key* key = LivingKey(view, domain, &sender)) {
    return Fail(Code::kFailedPrecondition, reason::kSenderInUse,
                "sender " + sender.str() + " of " + domain.str() + " has keys, e.g. " +
                    key->selector.str() + "; revoke and destroy them first");
  }
  entry->senders.erase(sender);
  entry->sender_placements.erase(sender);
  Decision decision = Put(*std::move(entry));
  const Scope gone = Scope::Of(domain, sender);
  for (const Grant& grant : view.contents.grants) {
    if (grant.scope == gone) decision.changes.emplace_back(RemoveGrant{grant});
  }
  return decision;
}

}  // namespace dkimkeeper
