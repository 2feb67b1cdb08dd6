#include "server/lifecycle/grant_decisions.h"

#include "proto/reason.h"
#include "server/lifecycle/group_decisions.h"

namespace dkimkeeper {
namespace {

std::string Describe(const Grant& grant) {
  return grant.identity.str() + " " + std::string(VerbName(grant.verb)) + " " +
         grant.scope.ToString();
}

// The group has members, of that kind.
Outcome CheckGroup(const View& view, const GroupName& group, bool of_identities) {
  const auto kind = KindOf(view.contents, group);
  if (!kind) {
    return Fail(Code::kNotFound, reason::kGroupUnknown,
                "no " + group.str() + "; `dkimkeeper group add` its members first");
  }
  if (*kind == of_identities) return {};
  return Fail(Code::kInvalidArgument, reason::kBadGroup,
              group.str() + " is a group of " + (of_identities ? "domains" : "identities") +
                  "; name one of " + (of_identities ? "identities" : "domains"));
}

Outcome CheckScopeExists(const View& view, const Scope& scope) {
  if (scope.group()) return CheckGroup(view, *scope.group(), false);
  if (!scope.domain()) return {};
  const auto entry = view.contents.domains.find(*scope.domain());
  if (entry == view.contents.domains.end()) {
    return Fail(Code::kNotFound, reason::kDomainUnknown,
                "no domain " + scope.domain()->str() + "; `dkimkeeper domain add` it first");
  }
  if (scope.sender() && !entry->second.senders.contains(*scope.sender())) {
    return Fail(Code::kNotFound, reason::kSenderUnknown,
                "domain " + scope.domain()->str() + " has no sender " + scope.sender()->str() +
                    "; `dkimkeeper sender add` it first");
  }
  return {};
}

}  // namespace

Result<Decision> DecideAddGrant(const View& view, const Caller& caller, const Grant& grant,
                                const GrantLimits& limits) {
  const auto authorized = view.rules.Authorize(caller, Verb::kAdminister, grant.scope);
  if (!authorized) return Forward(authorized);
  if (const auto exists = CheckScopeExists(view, grant.scope); !exists) return Forward(exists);
  if (const auto group = GroupName::Parse(grant.identity.str())) {
    const auto exists = CheckGroup(view, *group, true);
    if (!exists) return Forward(exists);
  }
  if (const auto checked = CheckLimits(grant, limits); !checked) return Forward(checked);
  if (grant.verb == Verb::kAdminister &&
      !view.rules.MayGiveAdminister(caller, grant.scope, limits)) {
    return Fail(Code::kPermissionDenied, reason::kNoGrant,
                "the grant would hold for longer, or from more networks, than your own right; give "
                "it the limits that yours has");
  }
  return Decision{{PutGrant{grant, limits}}, Describe(grant)};
}

Result<Decision> DecideRemoveGrant(const View& view, const Caller& caller, const Grant& grant) {
  const auto authorized = view.rules.Authorize(caller, Verb::kAdminister, grant.scope);
  if (!authorized) return Forward(authorized);
  if (!view.contents.grants.contains(grant)) {
    return Fail(Code::kNotFound, reason::kGrantUnknown,
                "no grant " + Describe(grant) +
                    " in the store; one from [access] administrators goes with the configuration");
  }
  return Decision{{RemoveGrant{grant}}, {}};
}

}  // namespace dkimkeeper
