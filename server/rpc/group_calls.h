// The part of dkimkeeper.v1.Access that is about groups.
#ifndef SERVER_RPC_GROUP_CALLS_H_
#define SERVER_RPC_GROUP_CALLS_H_

#include "dkimkeeper/v1/access.pb.h"
#include "proto/base/clock.h"
#include "server/lifecycle/journal.h"
#include "server/rpc/daemons.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Thread-safe: no state of its own.
class GroupCalls {
 public:
  // All must outlive this.
  GroupCalls(Registry& registry, Journal& journal, const Daemons& daemons, const Clock& clock)
      : registry_(registry), journal_(journal), daemons_(daemons), clock_(clock) {}

  // Errors as in access.proto. The first two block on the store.
  [[nodiscard]] Outcome Add(const Caller& caller, const v1::AddGroupMembersRequest& request,
                            v1::AddGroupMembersResponse& response) const;
  [[nodiscard]] Outcome Remove(const Caller& caller, const v1::RemoveGroupMembersRequest& request,
                               v1::RemoveGroupMembersResponse& response) const;
  [[nodiscard]] Outcome List(const Caller& caller, const v1::ListGroupsRequest& request,
                             v1::ListGroupsResponse& response) const;

 private:
  Registry& registry_;
  Journal& journal_;
  const Daemons& daemons_;
  const Clock& clock_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_GROUP_CALLS_H_
