#include "client/agent/signing_choice.h"

#include <algorithm>

namespace dkimkeeper {
namespace {

bool MaySignFor(const Domain& domain, const SigningKeys& keys) {
  return std::any_of(keys.keys.begin(), keys.keys.end(),
                     [&](const SigningKey& key) { return key.domain == domain; });
}

}  // namespace

std::optional<Domain> SigningDomainOf(const Domain& author, const std::vector<Domain>& parents,
                                      const SigningKeys& keys) {
  if (MaySignFor(author, keys)) return author;
  std::optional<Domain> nearest;
  for (const Domain& parent : parents) {
    if (!author.IsAtOrBelow(parent) || !MaySignFor(parent, keys)) continue;
    if (!nearest || parent.IsAtOrBelow(*nearest)) nearest = parent;
  }
  return nearest;
}

FailPolicy FailPolicyOf(const Domain& domain, const SigningKeys& keys) {
  bool any = false;
  for (const SigningKey& key : keys.keys) {
    if (key.domain != domain) continue;
    if (key.fail_policy == FailPolicy::kTempfail) return FailPolicy::kTempfail;
    any = true;
  }
  return any ? FailPolicy::kUnsigned : FailPolicy::kTempfail;
}

}  // namespace dkimkeeper
