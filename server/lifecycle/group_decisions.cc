#include "server/lifecycle/group_decisions.h"

#include <algorithm>
#include <set>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

Outcome CheckMember(const View& view, const GroupMember& member) {
  if (member.is_identity()) return {};
  const auto domain = Domain::Parse(member.str());
  if (domain && view.contents.domains.contains(*domain)) return {};
  return Fail(Code::kNotFound, reason::kDomainUnknown,
              "no domain " + member.str() + "; `dkimkeeper domain add` it first");
}

// A grant that names `group`; nothing where none does.
std::optional<Grant> GrantNaming(const View& view, const GroupName& group) {
  for (const Grant& grant : view.contents.grants) {
    if (grant.identity.str() == group.str() || grant.scope.group() == group) return grant;
  }
  return std::nullopt;
}

// Membership gives what the group may: nobody gives more than he has (AccessRules).
Outcome CheckMayJoin(const View& view, const Caller& caller, const GroupName& group) {
  for (const Grant& grant : view.contents.grants) {
    if (grant.verb != Verb::kAdminister || grant.identity.str() != group.str()) continue;
    const auto limited = view.contents.grant_limits.find(grant);
    const GrantLimits limits =
        limited == view.contents.grant_limits.end() ? GrantLimits() : limited->second;
    if (view.rules.MayGiveAdminister(caller, grant.scope, limits)) continue;
    return Fail(Code::kPermissionDenied, reason::kNoGrant,
                group.str() + " may administer " + grant.scope.ToString() +
                    " for longer, or from more networks, than you; ask somebody who may as much");
  }
  return {};
}

}  // namespace

std::vector<GroupMember> MembersOf(const Contents& contents, const GroupName& group) {
  std::vector<GroupMember> members;
  for (const Membership& each : contents.group_members) {
    if (each.group == group) members.push_back(each.member);
  }
  return members;
}

std::optional<bool> KindOf(const Contents& contents, const GroupName& group) {
  for (const Membership& each : contents.group_members) {
    if (each.group == group) return each.member.is_identity();
  }
  return std::nullopt;
}

Result<Decision> DecideAddMembers(const View& view, const Caller& caller, const GroupName& group,
                                  const std::vector<GroupMember>& members) {
  const auto authorized = view.rules.Authorize(caller, Verb::kAdminister, Scope::Everything());
  if (!authorized) return Forward(authorized);
  if (members.empty()) {
    return Fail(Code::kInvalidArgument, reason::kBadGroup,
                "a group is made by its members; name at least one");
  }
  if (const auto may = CheckMayJoin(view, caller, group); !may) return Forward(may);
  const bool of_identities = KindOf(view.contents, group).value_or(members.front().is_identity());
  Decision decision{{}, group.str()};
  for (const GroupMember& member : members) {
    if (member.is_identity() != of_identities) {
      return Fail(Code::kInvalidArgument, reason::kBadGroup,
                  group.str() + " is a group of " + (of_identities ? "identities" : "domains") +
                      "; make another one for " + member.str());
    }
    if (const auto exists = CheckMember(view, member); !exists) return Forward(exists);
    decision.changes.emplace_back(PutMember{{group, member}});
  }
  return decision;
}

Result<Decision> DecideRemoveMembers(const View& view, const Caller& caller, const GroupName& group,
                                     const std::vector<GroupMember>& members) {
  const auto authorized = view.rules.Authorize(caller, Verb::kAdminister, Scope::Everything());
  if (!authorized) return Forward(authorized);
  const std::vector<GroupMember> all = MembersOf(view.contents, group);
  if (all.empty()) return Fail(Code::kNotFound, reason::kGroupUnknown, "no " + group.str());
  const std::set<GroupMember> leaving =
      members.empty() ? std::set(all.begin(), all.end()) : std::set(members.begin(), members.end());
  Decision decision;
  for (const GroupMember& member : leaving) {
    if (!std::ranges::binary_search(all, member)) {
      return Fail(Code::kNotFound, reason::kMemberUnknown,
                  member.str() + " is not in " + group.str());
    }
    decision.changes.emplace_back(RemoveMember{{group, member}});
  }
  const auto naming = GrantNaming(view, group);
  if (leaving.size() == all.size() && naming) {
    return Fail(Code::kFailedPrecondition, reason::kGroupInUse,
                group.str() + " would be empty, and the grant of " + naming->identity.str() +
                    " to " + std::string(VerbName(naming->verb)) + " on " +
                    naming->scope.ToString() + " names it; `dkimkeeper grant remove` that first");
  }
  return decision;
}

}  // namespace dkimkeeper
