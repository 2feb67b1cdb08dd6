#include "server/lifecycle/placement.h"

#include "proto/reason.h"

namespace dkimkeeper {

Placement PlacementOf(const DomainEntry& entry, const std::string& first) {
  Placement placement = entry.placement;
  if (placement.token.empty()) placement.token = first;
  return placement;
}

Placement PlacementOf(const DomainEntry& entry, const Sender& sender, const std::string& first) {
  const auto own = entry.sender_placements.find(sender);
  return own == entry.sender_placements.end() ? PlacementOf(entry, first) : own->second;
}

Outcome CheckPlacement(const Placement& placement, std::span<const TokenTerms> tokens) {
  for (const std::string& name : {placement.token, placement.standby_token}) {
    if (name.empty()) continue;
    if (const auto known = FindTerms(tokens, name); !known) return Forward(known);
  }
  if (placement.standby_token.empty()) return {};
  if (placement.token.empty()) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "a standby token stands in for a token: name that one too");
  }
  if (placement.token == placement.standby_token) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "a token cannot stand in for itself; name another standby token, or none");
  }
  return {};
}

}  // namespace dkimkeeper
