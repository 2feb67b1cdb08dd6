// The acts that the two-person rule can be about.
#ifndef SERVER_APPROVAL_ACT_H_
#define SERVER_APPROVAL_ACT_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"

namespace dkimkeeper {

// In the order of their names.
enum class GuardedAct : std::uint8_t {
  kActivateWithoutDnsProof,
  kAdopt,
  kDestroy,          // of a key; also where it is part of stopping it
  kGrantAdminister,  // and membership of groups that a grant of it names
  kLiftHeaders,      // digests where a grant demands SignHeaders
  kRemoveDomain,
  kRemoveSender,
  kRevoke,   // unless the key is said to be in other hands
  kRule,     // the change of the rule
  kShorten,  // drain or revoked_retention, by policy
};

// The acts that need two persons; none: the rule is off.
using ApprovalRule = std::set<GuardedAct>;

// "destroy", "activate-without-dns-proof".
[[nodiscard]] std::string_view ActName(GuardedAct act);
// INVALID_ARGUMENT/BAD_RULE says which there are.
[[nodiscard]] Result<GuardedAct> ParseAct(std::string_view name);
[[nodiscard]] Result<ApprovalRule> ParseRule(const std::vector<std::string>& names);
// "adopt, destroy"; "nothing" for none.
[[nodiscard]] std::string RuleText(const ApprovalRule& rule);

}  // namespace dkimkeeper

#endif  // SERVER_APPROVAL_ACT_H_
