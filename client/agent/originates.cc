#include "client/agent/originates.h"

#include <algorithm>

namespace dkimkeeper {
namespace {

bool Holds(const MacroRule& rule, const Arrival& arrival) {
  const auto macro = arrival.macros.find(rule.name);
  if (macro == arrival.macros.end() || macro->second.empty()) return false;
  return rule.values.empty() ||
         std::find(rule.values.begin(), rule.values.end(), macro->second) != rule.values.end();
}

}  // namespace

std::string_view OriginName(Origin origin) {
  switch (origin) {
    case Origin::kElsewhere:
      return "elsewhere";
    case Origin::kAuthenticated:
      return "authenticated";
    case Origin::kMacro:
      return "macro";
    case Origin::kLocal:
      return "local";
    case Origin::kNetwork:
      return "network";
  }
  return "elsewhere";
}

Origin Originates::OriginOf(const Arrival& arrival) const {
  if (authenticated && !arrival.authenticated.empty()) return Origin::kAuthenticated;
  const auto holds = [&](const MacroRule& rule) { return Holds(rule, arrival); };
  if (std::any_of(macros.begin(), macros.end(), holds)) return Origin::kMacro;
  if (!arrival.client) return local ? Origin::kLocal : Origin::kElsewhere;
  const auto contains = [&](const IpNetwork& network) { return network.Contains(*arrival.client); };
  if (std::any_of(networks.begin(), networks.end(), contains)) return Origin::kNetwork;
  return Origin::kElsewhere;
}

}  // namespace dkimkeeper
