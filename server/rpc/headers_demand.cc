#include "server/rpc/headers_demand.h"

#include <algorithm>

namespace dkimkeeper {
namespace {

bool IsMember(const Contents& contents, const std::string& group, const std::string& member) {
  return std::ranges::any_of(contents.group_members, [&](const Membership& each) {
    return each.group.str() == group && each.member.str() == member;
  });
}

// Two groups are not looked into.
bool MayMeet(const Contents& contents, const std::string& one, const std::string& other) {
  const bool group = one.starts_with(GroupName::kPrefix);
  const bool other_group = other.starts_with(GroupName::kPrefix);
  return one == other || one == "*" || other == "*" || (group && other_group) ||
         (group && IsMember(contents, one, other)) ||
         (other_group && IsMember(contents, other, one));
}

bool Demands(const Contents& contents, const Grant& grant) {
  const auto limits = contents.grant_limits.find(grant);
  return limits != contents.grant_limits.end() && limits->second.headers_required;
}

}  // namespace

bool LiftsDemand(const Contents& contents, const Grant& grant) {
  return std::ranges::any_of(contents.grants, [&](const Grant& other) {
    return Demands(contents, other) &&
           MayMeet(contents, other.identity.str(), grant.identity.str()) &&
           MayMeet(contents, other.scope.PlaceText(), grant.scope.PlaceText());
  });
}

bool LiftsDemandFor(const Contents& contents, const std::string& group) {
  const bool takes_digests = std::ranges::any_of(contents.grants, [&](const Grant& grant) {
    return grant.verb == Verb::kSign && !Demands(contents, grant) &&
           (grant.identity.str() == group || grant.scope.PlaceText() == group);
  });
  return takes_digests && std::ranges::any_of(contents.grants, [&](const Grant& grant) {
           return Demands(contents, grant);
         });
}

}  // namespace dkimkeeper
