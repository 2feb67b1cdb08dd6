#include "server/lifecycle/grant_decisions.h"

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

std::string Describe(const Grant& grant) {
  return grant.identity.str() + " " + std::string(VerbName(grant.verb)) + " " +
         grant.scope.ToString();
}

Outcome CheckScopeExists(const View& view, const Scope& scope) {
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

Result<Decision> DecideAddGrant(const View& view, const Identity& caller, const Grant& grant) {
  const auto authorized = view.rules.Authorize(caller, Verb::kAdminister, grant.scope);
  if (!authorized) return Forward(authorized);
  if (const auto exists = CheckScopeExists(view, grant.scope); !exists) return Forward(exists);
  return Decision{{PutGrant{grant}}, Describe(grant)};
}

Result<Decision> DecideRemoveGrant(const View& view, const Identity& caller, const Grant& grant) {
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
