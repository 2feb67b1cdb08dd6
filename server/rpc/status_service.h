// dkimkeeper.v1.Status: how the service is.
#ifndef SERVER_RPC_STATUS_SERVICE_H_
#define SERVER_RPC_STATUS_SERVICE_H_

#include <string>
#include <vector>

#include "dkimkeeper/v1/status.grpc.pb.h"
#include "proto/base/clock.h"
#include "server/audit/audit_trail.h"
#include "server/base/alarms.h"
#include "server/base/work_queue.h"
#include "server/lifecycle/reconciliations.h"
#include "server/rpc/calls.h"
#include "server/rpc/daemons.h"
#include "server/signing/signer.h"
#include "server/store/key_store.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Thread-safe: no state of its own.
class StatusService final : public v1::Status::CallbackService {
 public:
  struct Parts {
    const Calls& calls;
    const Registry& registry;
    const Signer& signer;
    const Tokens& tokens;
    const Reconciliations& reconciliations;
    const AlarmBoard& alarms;
    const AuditTrail& audit;
    const Activity& activity;
    const Daemons& daemons;
    KeyStore& store;
    WorkQueue& looks;
    const Clock& clock;
    Timestamp started_at;
    bool isolated;  // daemon and token workers run under accounts of their own
  };
  explicit StatusService(const Parts& parts) : parts_(parts) {}  // all must outlive this

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;
  grpc::ServerUnaryReactor* ListCheckpoints(grpc::CallbackServerContext* context,
                                            const v1::ListCheckpointsRequest* request,
                                            v1::ListCheckpointsResponse* response) override;

  grpc::ServerUnaryReactor* GetActivity(grpc::CallbackServerContext* context,
                                        const v1::GetActivityRequest* request,
                                        v1::GetActivityResponse* response) override;

 private:
  [[nodiscard]] Outcome List(const Caller& caller, const std::string& origin,
                             v1::ListCheckpointsResponse& response) const;
  [[nodiscard]] Outcome Fill(const Caller& caller, v1::GetStatusResponse& response) const;
  [[nodiscard]] Outcome Fill(const Caller& caller, v1::GetActivityResponse& response) const;
  void FillKeys(const View& view, Timestamp now, v1::GetStatusResponse& response) const;

  const Parts parts_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_STATUS_SERVICE_H_
