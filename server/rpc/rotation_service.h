// dkimkeeper.v1.Rotation: decode, call, encode.
#ifndef SERVER_RPC_ROTATION_SERVICE_H_
#define SERVER_RPC_ROTATION_SERVICE_H_

#include <google/protobuf/message.h>

#include <optional>

#include "dkimkeeper/v1/rotation.grpc.pb.h"
#include "proto/base/clock.h"
#include "server/lifecycle/key_operations.h"
#include "server/rotation/desk.h"
#include "server/rotation/outlook.h"
#include "server/rpc/calls.h"
#include "server/rpc/daemons.h"

namespace dkimkeeper {

// Thread-safe: no state of its own. Rotations run on `changes`, where the store may block and
// nothing slow goes before them; plans of everything on `looks`.
class RotationService final : public v1::Rotation::CallbackService {
 public:
  struct Parts {
    const Calls& calls;
    Registry& registry;
    KeyOperations& operations;
    const Outlook& outlook;
    RotationDesk& desk;
    WorkQueue& changes;
    WorkQueue& emergencies;
    WorkQueue& looks;
    const Daemons& daemons;
    const Clock& clock;
  };
  explicit RotationService(const Parts& parts) : parts_(parts) {}  // all must outlive this

  grpc::ServerUnaryReactor* RotateKeys(grpc::CallbackServerContext* context,
                                       const v1::RotateKeysRequest* request,
                                       v1::RotateKeysResponse* response) override;
  grpc::ServerUnaryReactor* ListSteps(grpc::CallbackServerContext* context,
                                      const v1::ListStepsRequest* request,
                                      v1::ListStepsResponse* response) override;

  // Does a guarded call that was approved (server/rpc/approvals_service.h); nothing: not one of
  // these.
  [[nodiscard]] std::optional<Outcome> Perform(const Caller& caller,
                                               const google::protobuf::Message& request) const;

 private:
  [[nodiscard]] Outcome Rotate(const Caller& caller, const v1::RotateKeysRequest& request,
                               v1::RotateKeysResponse& response) const;
  [[nodiscard]] Outcome List(const Caller& caller, const v1::ListStepsRequest& request,
                             v1::ListStepsResponse& response) const;

  const Parts parts_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_ROTATION_SERVICE_H_
