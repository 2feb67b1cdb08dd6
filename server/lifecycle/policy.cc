#include "server/lifecycle/policy.h"

#include <utility>

namespace dkimkeeper {

PolicySettings SettingsFor(const DomainEntry& entry, const Sender& sender) {
  const auto own = entry.sender_policies.find(sender);
  if (own == entry.sender_policies.end()) return entry.policy;
  PolicySettings settings = own->second;
  settings.insert(entry.policy.begin(), entry.policy.end());
  return settings;
}

KeyPolicy PolicyOf(const DomainEntry& entry, const Sender& sender, const Policy& policy) {
  const PolicySettings settings = SettingsFor(entry, sender);
  if (auto whole = PolicyWith(policy.defaults, settings)) return *std::move(whole);
  KeyPolicy kept = policy.defaults;
  for (const auto& setting : settings) {
    if (auto with = PolicyWith(kept, {setting})) kept = *std::move(with);
  }
  return kept;
}

KeyPolicy PolicyOf(const View& view, const Domain& domain, const Sender& sender,
                   const Policy& policy) {
  const auto entry = view.contents.domains.find(domain);
  if (entry == view.contents.domains.end()) return policy.defaults;
  return PolicyOf(entry->second, sender, policy);
}

}  // namespace dkimkeeper
