// Who is in which group, as pure functions (see key_decisions.h).
#ifndef SERVER_LIFECYCLE_GROUP_DECISIONS_H_
#define SERVER_LIFECYCLE_GROUP_DECISIONS_H_

#include <optional>
#include <vector>

#include "server/store/registry.h"

namespace dkimkeeper {

// True: of identities; false: of domains; nothing: there is no such group.
[[nodiscard]] std::optional<bool> KindOf(const Contents& contents, const GroupName& group);

// Sorted.
[[nodiscard]] std::vector<GroupMember> MembersOf(const Contents& contents, const GroupName& group);

// Both need `administer` on everything.
//
// Who is a member already stays one. INVALID_ARGUMENT/BAD_GROUP where identities and domains would
// come together, or without a member; NOT_FOUND/DOMAIN_UNKNOWN.
[[nodiscard]] Result<Decision> DecideAddMembers(const View& view, const Caller& caller,
                                                const GroupName& group,
                                                const std::vector<GroupMember>& members);

// Without `members` all of them. NOT_FOUND/GROUP_UNKNOWN, /MEMBER_UNKNOWN;
// FAILED_PRECONDITION/GROUP_IN_USE where none would be left of a group that a grant names.
[[nodiscard]] Result<Decision> DecideRemoveMembers(const View& view, const Caller& caller,
                                                   const GroupName& group,
                                                   const std::vector<GroupMember>& members);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_GROUP_DECISIONS_H_
