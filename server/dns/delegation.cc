#include "server/dns/delegation.h"

#include "proto/dkim/label.h"
#include "proto/reason.h"

namespace dkimkeeper {

Result<std::string> DelegationTarget(const Selector& selector, const std::string& label,
                                     const std::string& zone) {
  if (const auto fault = LabelFault(label)) {
    return Fail(Code::kFailedPrecondition, reason::kPublishRefused,
                "the registration's own label below " + zone + " " + *fault +
                    "; a domain gets one when it is registered: remove it and add it anew");
  }
  std::string name = selector.str() + "." + label + "." + zone;
  if (name.size() <= kMaxNameOctets) return name;
  return Fail(Code::kInvalidArgument, reason::kBadSelector,
              "the name " + name + " has " + std::to_string(name.size()) +
                  " octets, and DNS takes 253; choose a shorter selector or zone");
}

Result<std::vector<Delegation>> DelegationsOf(const Domain& domain,
                                              std::span<const Selector> selectors,
                                              const std::string& label, const std::string& zone) {
  std::vector<Delegation> delegations;
  for (const Selector& selector : selectors) {
    auto name = KeyRecordName(selector, domain);
    if (!name) return Forward(name);
    auto target = DelegationTarget(selector, label, zone);
    if (!target) return Forward(target);
    delegations.push_back({*std::move(name), *std::move(target)});
  }
  return delegations;
}

std::string RenderCnameLine(const Delegation& delegation, unsigned ttl) {
  return delegation.name + ". " + std::to_string(ttl) + " IN CNAME " + delegation.target + ".";
}

}  // namespace dkimkeeper
