#include "server/access/access_rules.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

std::string PlaceOf(const std::optional<Domain>& domain) { return domain ? domain->str() : ""; }

}  // namespace

AccessRules::AccessRules(const SharedSet<Grant>& grants, const std::set<Grant>& bootstrap) {
  ByIdentity by_identity;
  const auto add = [&](const Grant& grant) {
    by_identity[grant.identity][PlaceOf(grant.scope.domain())].insert({grant.verb, grant.scope});
  };
  std::ranges::for_each(grants, add);
  std::ranges::for_each(bootstrap, add);
  by_identity_ = std::make_shared<const ByIdentity>(std::move(by_identity));
}

bool AccessRules::May(const Identity& identity, Verb verb, const Scope& scope) const {
  const auto found = by_identity_->find(identity);
  if (found == by_identity_->end()) return false;
  // At most three exact look-ups, however many grants there are.
  const auto has = [&](const Scope& wanted) {
    const auto rights = found->second.find(PlaceOf(wanted.domain()));
    return rights != found->second.end() && rights->second.contains({verb, wanted});
  };
  if (has(Scope::Everything()) || has(scope)) return true;
  return scope.domain() && has(Scope::AllOf(*scope.domain()));
}

template <typename Predicate>
bool AccessRules::AnyIn(const Identity& identity, const Domain& domain,
                        const Predicate& wanted) const {
  const auto found = by_identity_->find(identity);
  if (found == by_identity_->end()) return false;
  return std::ranges::any_of(std::array{PlaceOf({}), PlaceOf(domain)}, [&](const auto& place) {
    const auto rights = found->second.find(place);
    return rights != found->second.end() && std::ranges::any_of(rights->second, wanted);
  });
}

Result<Authorized> AccessRules::Authorize(const Identity& identity, Verb verb,
                                          const Scope& scope) const {
  if (May(identity, verb, scope)) return Authorized(Grant{identity, verb, scope});
  return Fail(Code::kPermissionDenied, reason::kNoGrant,
              identity.str() + " may not " + std::string(VerbName(verb)) + " on " +
                  scope.ToString() + "; an administrator can `dkimkeeper grant add` it");
}

bool AccessRules::MaySomewhereIn(const Identity& identity, Verb verb, const Domain& domain) const {
  return AnyIn(identity, domain, [&](const Right& right) { return right.verb == verb; });
}

bool AccessRules::MaySee(const Identity& identity, const Scope& scope) const {
  return std::ranges::any_of(
      std::array{Verb::kSign, Verb::kRotate, Verb::kAudit, Verb::kAdminister},
      [&](Verb verb) { return May(identity, verb, scope); });
}

bool AccessRules::MaySeeDomain(const Identity& identity, const Domain& domain) const {
  return AnyIn(identity, domain, [](const Right&) { return true; });
}

std::vector<Grant> AccessRules::GrantsOf(const Identity& identity) const {
  const auto found = by_identity_->find(identity);
  if (found == by_identity_->end()) return {};
  std::vector<Grant> grants;
  for (const auto& [place, rights] : found->second) {
    for (const Right& right : rights) grants.push_back({identity, right.verb, right.scope});
  }
  std::ranges::sort(grants);
  return grants;
}

std::vector<Grant> AccessRules::All() const {
  std::vector<Grant> all;
  for (const auto& [identity, rights] : *by_identity_) {
    std::ranges::move(GrantsOf(identity), std::back_inserter(all));
  }
  return all;
}

}  // namespace dkimkeeper
