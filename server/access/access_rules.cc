#include "server/access/access_rules.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kAll = "*";

// Whether the limits of `grant` hold; what fails, if it is the first that fails, into `failed`.
bool Holds(const LimitedGrant& grant, const Caller& caller, std::optional<Algorithm> algorithm,
           std::string& failed) {
  auto why = FailedLimit(grant.limits, caller, algorithm);
  if (why && failed.empty()) {
    failed = "the grant to " + grant.grant.identity.str() + " on " + grant.grant.scope.ToString() +
             " " + *why;
  }
  return !why;
}

tl::unexpected<Error> NoGrant(const Caller& caller, Verb verb, const std::string& scope,
                              const std::string& failed) {
  return Fail(Code::kPermissionDenied, reason::kNoGrant,
              caller.str() + " may not " + std::string(VerbName(verb)) + " on " + scope +
                  (failed.empty() ? std::string("; an administrator can `dkimkeeper grant add` it")
                                  : ": " + failed + "; an administrator can change it"));
}

tl::unexpected<Error> HeadersRequired(const Caller& caller, const std::string& scope) {
  return Fail(Code::kPermissionDenied, reason::kHeadersRequired,
              caller.str() + " may sign on " + scope +
                  " by SignHeaders only, and not a digest; a program of this host must send the "
                  "header, or an administrator give the grant without the demand");
}

// Which of two grants that hold decides: one without a quota, then one that takes digests.
bool IsRatherThan(const GrantLimits& a, const GrantLimits& b) {
  return std::pair(a.has_quota(), a.headers_required) <
         std::pair(b.has_quota(), b.headers_required);
}

}  // namespace

void AccessRules::Add(const LimitedGrant& grant, Tables& tables) {
  const auto& [identity, verb, scope] = grant.grant;
  Held& held = tables.holders[identity.str()][scope.PlaceText()][{verb, scope.SenderText()}];
  held = {std::make_shared<const LimitedGrant>(grant), grant.limits.any()};
  for (const auto& turn : {grant.limits.valid_from, grant.limits.valid_until}) {
    if (turn) tables.turns.insert(*turn);
  }
}

AccessRules::AccessRules(const SharedSet<Grant>& grants, const std::set<Grant>& bootstrap,
                         const Limits& limits, const Members& members) {
  Tables tables;
  for (const Grant& grant : grants) {
    const auto own = limits.find(grant);
    Add({grant, own == limits.end() ? GrantLimits() : own->second}, tables);
  }
  for (const Grant& grant : bootstrap) Add({grant, {}}, tables);
  for (const Membership& each : members) {
    tables.groups[each.member.str()].push_back(each.group.str());
  }
  tables_ = std::make_shared<const Tables>(std::move(tables));
}

const AccessRules::Names& AccessRules::GroupsOfMember(const std::string& member) const {
  static const Names kNone;
  if (tables_->groups.empty()) return kNone;
  const auto found = tables_->groups.find(member);
  return found == tables_->groups.end() ? kNone : found->second;
}

template <typename Visit>
bool AccessRules::AnyHolder(const Identity& identity, const Visit& visit) const {
  const auto one = [&](const std::string& holder) {
    const auto found = tables_->holders.find(holder);
    return found != tables_->holders.end() && visit(found->second);
  };
  return one(identity.str()) || std::ranges::any_of(GroupsOfMember(identity.str()), one);
}

template <typename Visit>
bool AccessRules::AnyPlace(const Identity& identity, const Scope& scope, const Visit& visit) const {
  static const std::string kEverything(kAll);
  return AnyHolder(identity, [&](const ByPlace& places) {
    const auto one = [&](const std::string& place) {
      const auto found = places.find(place);
      return found != places.end() && visit(found->second);
    };
    if (scope.group() && one(scope.group()->str())) return true;
    if (scope.domain()) {
      if (one(scope.domain()->str())) return true;
      if (std::ranges::any_of(GroupsOfMember(scope.domain()->str()), one)) return true;
    }
    return one(kEverything);
  });
}

template <typename Visit>
bool AccessRules::AnyFitting(const Identity& identity, Verb verb, const Scope& scope,
                             const Visit& visit) const {
  return AnyPlace(identity, scope, [&](const Rights& rights) {
    const auto one = [&](std::string_view sender) {
      const auto found = rights.find(RightOrder::Words{verb, sender});
      return found != rights.end() && visit(found->second);
    };
    return (scope.sender() && one(scope.sender()->str())) || one(kAll);
  });
}

Result<Authorized> AccessRules::Authorize(const Caller& caller, Verb verb, const Scope& scope,
                                          std::optional<Algorithm> algorithm, SignedBy by) const {
  std::shared_ptr<const LimitedGrant> decides;
  std::string failed;
  bool by_headers = false;
  AnyFitting(caller.identity, verb, scope, [&](const Held& held) {
    if (held.limited && !Holds(*held.grant, caller, algorithm, failed)) return false;
    if (held.limited && !held.grant->limits.Takes(by)) {
      by_headers = true;
      return false;
    }
    const bool counted = held.limited && held.grant->limits.has_quota();
    if (!decides || !counted) decides = held.grant;
    return !counted;
  });
  if (decides) return Authorized(caller.identity, verb, scope, std::move(decides));
  if (by_headers) return HeadersRequired(caller, scope.ToString());
  return NoGrant(caller, verb, scope.ToString(), failed);
}

Outcome AccessRules::MaySomewhereIn(const Caller& caller, Verb verb, const Domain& domain) const {
  std::string failed;
  const Scope all = Scope::AllOf(domain);
  const bool any = AnyPlace(caller.identity, all, [&](const Rights& rights) {
    return std::ranges::any_of(rights, [&](const auto& right) {
      return right.first.first == verb && Holds(*right.second.grant, caller, {}, failed);
    });
  });
  if (any) return {};
  return NoGrant(caller, verb, all.ToString(), failed);
}

bool AccessRules::MayAnywhere(const Caller& caller, Verb verb) const {
  const auto holds = [&](const auto& right) {
    return right.first.first == verb && !FailedLimit(right.second.grant->limits, caller, {});
  };
  return AnyHolder(caller.identity, [&](const ByPlace& places) {
    return std::ranges::any_of(
        places, [&](const auto& place) { return std::ranges::any_of(place.second, holds); });
  });
}

bool AccessRules::HasGrant(const Identity& identity, Verb verb, const Scope& scope) const {
  return AnyFitting(identity, verb, scope, [](const Held& /*held*/) { return true; });
}

bool AccessRules::MayGiveAdminister(const Caller& caller, const Scope& scope,
                                    const GrantLimits& limits) const {
  return AnyFitting(caller.identity, Verb::kAdminister, scope, [&](const Held& held) {
    const GrantLimits& own = held.grant->limits;
    if (FailedLimit(own, caller, {})) return false;
    const bool longer =
        own.valid_until && (!limits.valid_until || *limits.valid_until > *own.valid_until);
    const bool wider =
        !own.networks.empty() &&
        (limits.networks.empty() || !std::ranges::includes(own.networks, limits.networks));
    return !longer && !wider;
  });
}

bool AccessRules::MaySee(const Caller& caller, const Scope& scope) const {
  return std::ranges::any_of(
      std::array{Verb::kSign, Verb::kRotate, Verb::kAudit, Verb::kAdminister}, [&](Verb verb) {
        return AnyFitting(caller.identity, verb, scope, [&](const Held& held) {
          return !FailedLimit(held.grant->limits, caller, {});
        });
      });
}

bool AccessRules::MaySeeDomain(const Caller& caller, const Domain& domain) const {
  return AnyPlace(caller.identity, Scope::AllOf(domain), [&](const Rights& rights) {
    return std::ranges::any_of(rights, [&](const auto& right) {
      return !FailedLimit(right.second.grant->limits, caller, {});
    });
  });
}

Explanation AccessRules::Explain(const Caller& caller, Verb verb, const Scope& scope,
                                 std::optional<Algorithm> algorithm) const {
  Explanation explanation;
  AnyFitting(caller.identity, verb, scope, [&](const Held& held) {
    if (auto why = FailedLimit(held.grant->limits, caller, algorithm)) {
      explanation.refused.push_back({*held.grant, *std::move(why)});
      return false;
    }
    const GrantLimits& limits = held.grant->limits;
    if (!explanation.decides || IsRatherThan(limits, explanation.decides->limits)) {
      explanation.decides = *held.grant;
    }
    return !limits.has_quota() && !limits.headers_required;
  });
  return explanation;
}

std::vector<LimitedGrant> AccessRules::GrantsOf(const Identity& identity) const {
  std::vector<LimitedGrant> grants;
  AnyHolder(identity, [&](const ByPlace& places) {
    for (const auto& [place, rights] : places) {
      for (const auto& [right, held] : rights) grants.push_back(*held.grant);
    }
    return false;
  });
  std::ranges::sort(grants, {}, &LimitedGrant::grant);
  return grants;
}

std::vector<std::string> AccessRules::GroupsOf(const Identity& identity) const {
  return GroupsOfMember(identity.str());
}

std::vector<LimitedGrant> AccessRules::All() const {
  std::vector<LimitedGrant> all;
  for (const auto& [holder, places] : tables_->holders) {
    for (const auto& [place, rights] : places) {
      for (const auto& [right, held] : rights) all.push_back(*held.grant);
    }
  }
  std::ranges::sort(all, {}, &LimitedGrant::grant);
  return all;
}

bool AccessRules::HasLimits(const Identity& identity) const {
  return AnyHolder(identity, [](const ByPlace& places) {
    return std::ranges::any_of(places, [](const auto& place) {
      return std::ranges::any_of(place.second,
                                 [](const auto& right) { return right.second.limited; });
    });
  });
}

bool AccessRules::ChangedBetween(Timestamp before, Timestamp now) const {
  const auto turn = tables_->turns.upper_bound(before);
  return turn != tables_->turns.end() && *turn <= now;
}

}  // namespace dkimkeeper
