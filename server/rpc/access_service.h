// dkimkeeper.v1.Access: decode, call, encode.
#ifndef SERVER_RPC_ACCESS_SERVICE_H_
#define SERVER_RPC_ACCESS_SERVICE_H_

#include "dkimkeeper/v1/access.grpc.pb.h"
#include "proto/base/clock.h"
#include "server/lifecycle/journal.h"
#include "server/rpc/calls.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Thread-safe: no state of its own. Changes run on `changes`, where the store may block.
class AccessService final : public v1::Access::CallbackService {
 public:
  struct Parts {
    const Calls& calls;
    Registry& registry;
    Journal& journal;
    WorkQueue& changes;
    const Clock& clock;
  };
  explicit AccessService(const Parts& parts) : parts_(parts) {}  // all must outlive this

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

 private:
  [[nodiscard]] Outcome Describe(const Identity& caller, v1::WhoAmIResponse& response) const;
  [[nodiscard]] Outcome Add(const Identity& caller, const v1::AddGrantRequest& request,
                            v1::Grant& response) const;
  [[nodiscard]] Outcome Remove(const Identity& caller, const v1::RemoveGrantRequest& request) const;
  [[nodiscard]] Outcome List(const Identity& caller, const v1::ListGrantsRequest& request,
                             v1::ListGrantsResponse& response) const;

  const Parts parts_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_ACCESS_SERVICE_H_
