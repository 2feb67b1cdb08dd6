// dkimkeeper.v1.Access: decode, call, encode.
#ifndef SERVER_RPC_ACCESS_SERVICE_H_
#define SERVER_RPC_ACCESS_SERVICE_H_

#include <google/protobuf/message.h>

#include <optional>

#include "dkimkeeper/v1/access.grpc.pb.h"
#include "proto/base/clock.h"
#include "server/lifecycle/journal.h"
#include "server/rpc/calls.h"
#include "server/rpc/daemons.h"
#include "server/rpc/group_calls.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Thread-safe: no state of its own. Changes run on `changes`, where the store may block, or on
// `rights`, where they wait for other daemons too.
class AccessService final : public v1::Access::CallbackService {
 public:
  struct Parts {
    const Calls& calls;
    Registry& registry;
    Journal& journal;
    WorkQueue& changes;
    WorkQueue& rights;
    const Daemons& daemons;
    const Clock& clock;
  };
  explicit AccessService(const Parts& parts)  // all must outlive this
      : parts_(parts), groups_(parts.registry, parts.journal, parts.daemons, parts.clock) {}

  grpc::ServerUnaryReactor* WhoAmI(grpc::CallbackServerContext* context,
                                   const v1::WhoAmIRequest* request,
                                   v1::WhoAmIResponse* response) override;
  grpc::ServerUnaryReactor* AddGrant(grpc::CallbackServerContext* context,
                                     const v1::AddGrantRequest* request,
                                     v1::Grant* response) override;
  grpc::ServerUnaryReactor* RemoveGrant(grpc::CallbackServerContext* context,
                                        const v1::RemoveGrantRequest* request,
                                        v1::RemoveGrantResponse* response) override;
  grpc::ServerUnaryReactor* ListGrants(grpc::CallbackServerContext* context,
                                       const v1::ListGrantsRequest* request,
                                       v1::ListGrantsResponse* response) override;
  grpc::ServerUnaryReactor* ExplainGrant(grpc::CallbackServerContext* context,
                                         const v1::ExplainGrantRequest* request,
                                         v1::ExplainGrantResponse* response) override;
  grpc::ServerUnaryReactor* AddGroupMembers(grpc::CallbackServerContext* context,
                                            const v1::AddGroupMembersRequest* request,
                                            v1::AddGroupMembersResponse* response) override;
  grpc::ServerUnaryReactor* RemoveGroupMembers(grpc::CallbackServerContext* context,
                                               const v1::RemoveGroupMembersRequest* request,
                                               v1::RemoveGroupMembersResponse* response) override;
  grpc::ServerUnaryReactor* ListGroups(grpc::CallbackServerContext* context,
                                       const v1::ListGroupsRequest* request,
                                       v1::ListGroupsResponse* response) override;

  // Does a guarded call that was approved (server/rpc/approvals_service.h); nothing: not one of
  // these.
  [[nodiscard]] std::optional<Outcome> Perform(const Caller& caller,
                                               const google::protobuf::Message& request) const;

 private:
  [[nodiscard]] Outcome Describe(const Caller& caller, v1::WhoAmIResponse& response) const;
  [[nodiscard]] Outcome Add(const Caller& caller, const v1::AddGrantRequest& request,
                            v1::Grant& response) const;
  [[nodiscard]] Outcome Remove(const Caller& caller, const v1::RemoveGrantRequest& request,
                               v1::RemoveGrantResponse& response) const;
  [[nodiscard]] Outcome List(const Caller& caller, const v1::ListGrantsRequest& request,
                             v1::ListGrantsResponse& response) const;

  [[nodiscard]] WorkQueue& QueueFor(bool await_daemons) const {
    return await_daemons ? parts_.rights : parts_.changes;
  }

  const Parts parts_;
  const GroupCalls groups_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_ACCESS_SERVICE_H_
