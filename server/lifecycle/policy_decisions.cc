#include "server/lifecycle/policy_decisions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "proto/reason.h"
#include "server/keys/key_schedule.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/domain_entry.h"
#include "server/lifecycle/succession.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> Bad(std::string message) {
  return Fail(Code::kInvalidArgument, reason::kBadPolicy, std::move(message));
}

Outcome CheckNames(const std::set<std::string>& names) {
  const auto settings = AllPolicySettings();
  for (const std::string& name : names) {
    if (std::ranges::find(settings, name, &PolicySetting::name) != settings.end()) continue;
    return Bad("no policy setting is called \"" + name +
               "\"; `dkimkeeper policy show` lists what there is");
  }
  return {};
}

// What only the domain can say of a policy that is sound in itself.
Outcome CheckSelectors(const DomainEntry& entry, const KeyPolicy& policy) {
  if (policy.selector_template.find('_') != std::string::npos && !entry.allow_underscore) {
    return Bad("selector_template has an underscore and the domain allows none; write hyphens");
  }
  for (const auto& [algorithm, pool] : policy.selector_pools) {
    for (const Selector& selector : pool) {
      if (selector.HasUnderscore() && !entry.allow_underscore) {
        return Bad("selector " + selector.str() +
                   " has an underscore and the domain allows none; choose another");
      }
      if (const auto name = KeyRecordName(selector, entry.domain); !name) return Forward(name);
    }
  }
  return {};
}

void ChangeWords(PolicySettings& words, const PolicySettings& set,
                 const std::set<std::string>& unset) {
  for (const std::string& name : unset) words.erase(name);
  for (const auto& [name, value] : set) words.insert_or_assign(name, value);
}

DomainEntry WithWords(DomainEntry entry, const PolicyRequest& request, const PolicySettings& set) {
  if (!request.sender) {
    ChangeWords(entry.policy, set, request.unset);
    return entry;
  }
  PolicySettings& words = entry.sender_policies[*request.sender];
  ChangeWords(words, set, request.unset);
  if (words.empty()) entry.sender_policies.erase(*request.sender);
  return entry;
}

Outcome CheckWhole(const DomainEntry& entry, const Policy& policy) {
  for (const Sender& sender : entry.senders) {
    const auto whole = PolicyWith(policy.defaults, SettingsFor(entry, sender));
    if (!whole) return Forward(whole);
    if (const auto fit = CheckSelectors(entry, *whole); !fit) return fit;
  }
  return {};
}

// An operator who ended a turn early is not overruled.
Timestamp NewTurn(const Key& key, const KeyPolicy& before, const KeyPolicy& after) {
  const Timestamp planned = PlannedRotation(key, *key.activated_at, after);
  const bool ended_early =
      key.rotate_at && *key.rotate_at != PlannedRotation(key, *key.activated_at, before);
  return ended_early ? std::min(*key.rotate_at, planned) : planned;
}

std::vector<Change> Reschedule(const View& view, const DomainEntry& before,
                               const DomainEntry& after, const Policy& policy) {
  std::vector<Change> changes;
  for (const KeyPtr& key : KeysOf(view, after.domain)) {
    if (!key->activated_at || key->retired_at || IsBarred(*key)) continue;
    const KeyPolicy was = PolicyOf(before, key->sender, policy);
    const KeyPolicy is = PolicyOf(after, key->sender, policy);
    if (key->rotate_at && was.rotation_period == is.rotation_period) continue;
    Key moved = *key;
    moved.rotate_at = NewTurn(*key, was, is);
    changes.emplace_back(PutKey{std::move(moved)});
  }
  return changes;
}

}  // namespace

Result<Decision> DecideSetPolicy(const View& view, const Caller& caller,
                                 const PolicyRequest& request, const Policy& policy) {
  const auto entry = EntryFor(view, caller, Verb::kAdminister, request.domain);
  if (!entry) return Forward(entry);
  if (request.sender && !entry->senders.contains(*request.sender)) {
    return NoSender(request.domain, *request.sender);
  }
  if (const auto known = CheckNames(request.unset); !known) return Forward(known);
  const auto set = CheckSettings(request.set);
  if (!set) return Forward(set);
  DomainEntry changed = WithWords(*entry, request, *set);
  if (const auto sound = CheckWhole(changed, policy); !sound) return Forward(sound);
  Decision decision{Reschedule(view, *entry, changed, policy), request.domain.str()};
  decision.changes.emplace_back(PutDomain{std::move(changed)});
  return decision;
}

Result<Decision> DecidePause(const View& view, const Caller& caller, const Domain& domain,
                             Timestamp now) {
  auto entry = EntryFor(view, caller, Verb::kRotate, domain);
  if (!entry) return Forward(entry);
  if (entry->paused_at) return Decision{{}, domain.str()};
  entry->paused_at = now;
  return Decision{{PutDomain{*std::move(entry)}}, domain.str()};
}

Result<Decision> DecideResume(const View& view, const Caller& caller, const Domain& domain,
                              Timestamp now) {
  auto entry = EntryFor(view, caller, Verb::kRotate, domain);
  if (!entry) return Forward(entry);
  if (!entry->paused_at) return Decision{{}, domain.str()};
  entry->paused_at.reset();
  entry->waits_from = now;
  return Decision{{PutDomain{*std::move(entry)}}, domain.str()};
}

}  // namespace dkimkeeper
