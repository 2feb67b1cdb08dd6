#include "server/access/access_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

bool Mentions(const Grant& grant, const Domain& domain) {
  return !grant.scope.domain() || *grant.scope.domain() == domain;
}

}  // namespace

AccessRules::AccessRules(const SharedSet<Grant>& grants, const std::set<Grant>& bootstrap) {
  ByIdentity by_identity;
  for (const Grant& grant : grants) by_identity[grant.identity].insert(grant);
  for (const Grant& grant : bootstrap) by_identity[grant.identity].insert(grant);
  by_identity_ = std::make_shared<const ByIdentity>(std::move(by_identity));
}

bool AccessRules::May(const Identity& identity, Verb verb, const Scope& scope) const {
  const auto found = by_identity_->find(identity);
  if (found == by_identity_->end()) return false;
  // At most three exact look-ups, however many grants there are.
  const auto has = [&](const Scope& wanted) {
    return found->second.contains(Grant{identity, verb, wanted});
  };
  if (has(Scope::Everything()) || has(scope)) return true;
  return scope.domain() && has(Scope::AllOf(*scope.domain()));
}

Result<Authorized> AccessRules::Authorize(const Identity& identity, Verb verb,
                                          const Scope& scope) const {
  if (May(identity, verb, scope)) return Authorized(Grant{identity, verb, scope});
  return Fail(Code::kPermissionDenied, reason::kNoGrant,
              identity.str() + " may not " + std::string(VerbName(verb)) + " on " +
                  scope.ToString() + "; an administrator can `dkimkeeper grant add` it");
}

bool AccessRules::MaySomewhereIn(const Identity& identity, Verb verb, const Domain& domain) const {
  const auto found = by_identity_->find(identity);
  return found != by_identity_->end() &&
         std::ranges::any_of(found->second, [&](const Grant& grant) {
           return grant.verb == verb && Mentions(grant, domain);
         });
}

bool AccessRules::MaySee(const Identity& identity, const Scope& scope) const {
  return std::ranges::any_of(
      std::array{Verb::kSign, Verb::kRotate, Verb::kAudit, Verb::kAdminister},
      [&](Verb verb) { return May(identity, verb, scope); });
}

bool AccessRules::MaySeeDomain(const Identity& identity, const Domain& domain) const {
  const auto found = by_identity_->find(identity);
  return found != by_identity_->end() &&
         std::ranges::any_of(found->second,
                             [&](const Grant& grant) { return Mentions(grant, domain); });
}

std::vector<Grant> AccessRules::GrantsOf(const Identity& identity) const {
  const auto found = by_identity_->find(identity);
  if (found == by_identity_->end()) return {};
  return {found->second.begin(), found->second.end()};
}

std::vector<Grant> AccessRules::All() const {
  std::vector<Grant> all;
  for (const auto& [identity, grants] : *by_identity_) {
    all.insert(all.end(), grants.begin(), grants.end());
  }
  return all;
}

}  // namespace dkimkeeper
