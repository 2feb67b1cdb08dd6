#include "server/approval/act.h"

#include <algorithm>
#include <array>

#include "proto/approval_reason.h"

namespace dkimkeeper {
namespace {

// Indexed by GuardedAct.
constexpr std::array<std::string_view, 10> kNames{"activate-without-dns-proof",
                                                  "adopt",
                                                  "destroy",
                                                  "grant-administer",
                                                  "lift-headers",
                                                  "remove-domain",
                                                  "remove-sender",
                                                  "revoke",
                                                  "rule",
                                                  "shorten"};

}  // namespace

std::string_view ActName(GuardedAct act) { return kNames.at(static_cast<std::size_t>(act)); }

Result<GuardedAct> ParseAct(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found != kNames.end()) return static_cast<GuardedAct>(found - kNames.begin());
  std::string all;
  for (const std::string_view one : kNames) all.append(all.empty() ? "" : ", ").append(one);
  return Fail(Code::kInvalidArgument, reason::kBadRule, "an act of the rule is one of " + all);
}

Result<ApprovalRule> ParseRule(const std::vector<std::string>& names) {
  ApprovalRule rule;
  for (const std::string& name : names) {
    const auto act = ParseAct(name);
    if (!act) return Forward(act);
    rule.insert(*act);
  }
  return rule;
}

std::string RuleText(const ApprovalRule& rule) {
  std::string text;
  for (const GuardedAct act : rule) text.append(text.empty() ? "" : ", ").append(ActName(act));
  return text.empty() ? "nothing" : text;
}

}  // namespace dkimkeeper
