// Whether somebody could have digests signed again whose grant demands SignHeaders.
#ifndef SERVER_RPC_HEADERS_DEMAND_H_
#define SERVER_RPC_HEADERS_DEMAND_H_

#include <string>

#include "server/access/grant.h"
#include "server/store/contents.h"

namespace dkimkeeper {

// Grants add up (DESIGN.md D37): a grant of `sign` without the demand lifts that of another one
// which the same identity holds on the same domain. Groups and "*" count where they may meet:
// rather one call too many is an act than one too few.

// What the grant would be beside, or in place of, those that are there.
[[nodiscard]] bool LiftsDemand(const Contents& contents, const Grant& grant);
// What a new member of the group, whose name begins with "group:", gets by it.
[[nodiscard]] bool LiftsDemandFor(const Contents& contents, const std::string& group);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_HEADERS_DEMAND_H_
