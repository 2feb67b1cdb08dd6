#include "server/lifecycle/removal_decisions.h"

#include <algorithm>
#include <utility>

#include "proto/reason.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/domain_entry.h"
#include "server/lifecycle/succession.h"

namespace dkimkeeper {
namespace {

// Those that still exist in a token, of one sender or of all.
std::vector<KeyPtr> LivingKeys(const View& view, const Domain& domain, const Sender* sender) {
  std::vector<KeyPtr> keys = KeysOf(view, domain);
  std::erase_if(keys, [sender](const KeyPtr& key) {
    return key->destroyed_at || (sender != nullptr && key->sender != *sender);
  });
  return keys;
}

// Every key that is not on its way out goes there.
void GiveUp(const View& view, const DomainEntry& entry, std::span<const KeyPtr> keys,
            const Policy& policy, Timestamp now, std::vector<Change>& changes) {
  for (const KeyPtr& key : keys) {
    if (key->retired_at || key->revoked_at) continue;
    if (key->activated_at) {
      const auto window = PolicyOf(entry, key->sender, policy).handover_window;
      changes.emplace_back(PutKey{Retired(*key, window, NextGeneration(view), now)});
      continue;
    }
    Key unused = *key;
    unused.retired_at = now;
    unused.signs_until = now;
    unused.revoked_at = now;
    changes.emplace_back(PutKey{std::move(unused)});
  }
}

std::vector<Change> WithoutSender(const View& view, DomainEntry entry, const Sender& sender) {
  entry.senders.erase(sender);
  entry.sender_placements.erase(sender);
  entry.sender_policies.erase(sender);
  entry.removing_senders.erase(sender);
  const Scope gone = Scope::Of(entry.domain, sender);
  std::vector<Change> changes{PutDomain{std::move(entry)}};
  for (const Grant& grant : view.contents.grants) {
    if (grant.scope == gone) changes.emplace_back(RemoveGrant{grant});
  }
  return changes;
}

tl::unexpected<Error> StillNeeded(const std::string& what) {
  return Fail(Code::kAborted, reason::kChangedSinceRead,
              what + " stays: it has keys, or nobody wants it removed any more");
}

}  // namespace

Result<Decision> DecideRemoveDomain(const View& view, const Caller& caller, const Domain& domain,
                                    const Policy& policy, Timestamp now) {
  auto entry = EntryFor(view, caller, Verb::kAdminister, domain);
  if (!entry) return Forward(entry);
  const auto living = LivingKeys(view, domain, nullptr);
  if (living.empty()) return Decision{{RemoveDomain{domain}}, domain.str()};
  if (entry->removing_at) return Decision{{}, domain.str()};
  Decision decision{{}, domain.str()};
  GiveUp(view, *entry, living, policy, now, decision.changes);
  entry->removing_at = now;
  decision.changes.emplace_back(PutDomain{*std::move(entry)});
  return decision;
}

Result<Decision> DecideRemoveSender(const View& view, const Caller& caller, const Domain& domain,
                                    const Sender& sender, const Policy& policy, Timestamp now) {
  auto entry = EntryFor(view, caller, Verb::kAdminister, domain);
  if (!entry) return Forward(entry);
  if (!entry->senders.contains(sender)) return NoSender(domain, sender);
  if (sender == Sender::Default()) {
    return Fail(Code::kFailedPrecondition, reason::kSenderInUse,
                "every domain has the sender \"default\"; remove the domain instead");
  }
  Decision decision{{}, domain.str()};
  const auto living = LivingKeys(view, domain, &sender);
  if (living.empty()) {
    decision.changes = WithoutSender(view, *std::move(entry), sender);
  } else if (!entry->removing_senders.contains(sender)) {
    GiveUp(view, *entry, living, policy, now, decision.changes);
    entry->removing_senders.emplace(sender, now);
    decision.changes.emplace_back(PutDomain{*std::move(entry)});
  }
  return decision;
}

Result<Decision> DecideDropDomain(const View& view, const Domain& domain) {
  const auto entry = view.contents.domains.find(domain);
  if (entry == view.contents.domains.end()) return Decision{{}, domain.str()};
  if (!entry->second.removing_at || !LivingKeys(view, domain, nullptr).empty()) {
    return StillNeeded("domain " + domain.str());
  }
  return Decision{{RemoveDomain{domain}}, domain.str()};
}

Result<Decision> DecideDropSender(const View& view, const Domain& domain, const Sender& sender) {
  const auto entry = view.contents.domains.find(domain);
  if (entry == view.contents.domains.end() || !entry->second.senders.contains(sender)) {
    return Decision{{}, domain.str()};
  }
  if (!entry->second.removing_senders.contains(sender) ||
      !LivingKeys(view, domain, &sender).empty()) {
    return StillNeeded("sender " + sender.str() + " of " + domain.str());
  }
  return Decision{WithoutSender(view, entry->second, sender), domain.str()};
}

}  // namespace dkimkeeper
