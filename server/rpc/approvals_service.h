// dkimkeeper.v1.Approvals: decode, call, encode.
#ifndef SERVER_RPC_APPROVALS_SERVICE_H_
#define SERVER_RPC_APPROVALS_SERVICE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dkimkeeper/v1/approvals.grpc.pb.h"
#include "proto/base/clock.h"
#include "server/lifecycle/journal.h"
#include "server/rpc/calls.h"
#include "server/store/approval_store.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Does a call that was approved as its own service would; nothing: it is not one of that service.
using Perform = std::function<std::optional<Outcome>(const Caller& caller,
                                                     const google::protobuf::Message& request)>;

// Thread-safe: no state of its own. What only stores runs on `changes`; what is approved runs on
// `rights`, where it may wait for a token or for other daemons.
class ApprovalsService final : public v1::Approvals::CallbackService {
 public:
  struct Parts {
    const Calls& calls;
    Registry& registry;
    ApprovalStore& store;
    Journal& journal;
    WorkQueue& changes;
    WorkQueue& rights;
    const Clock& clock;
    bool break_glass = false;
    std::vector<Perform> acts;  // of the other services
  };
  explicit ApprovalsService(Parts parts) : parts_(std::move(parts)) {}  // all must outlive this

  grpc::ServerUnaryReactor* ListApprovals(grpc::CallbackServerContext* context,
                                          const v1::ListApprovalsRequest* request,
                                          v1::ListApprovalsResponse* response) override;
  grpc::ServerUnaryReactor* GetApproval(grpc::CallbackServerContext* context,
                                        const v1::GetApprovalRequest* request,
                                        v1::Approval* response) override;
  grpc::ServerUnaryReactor* ApproveRequest(grpc::CallbackServerContext* context,
                                           const v1::ApproveRequestRequest* request,
                                           v1::Approval* response) override;
  grpc::ServerUnaryReactor* RefuseRequest(grpc::CallbackServerContext* context,
                                          const v1::RefuseRequestRequest* request,
                                          v1::Approval* response) override;
  grpc::ServerUnaryReactor* GetRule(grpc::CallbackServerContext* context,
                                    const v1::GetRuleRequest* request, v1::Rule* response) override;
  grpc::ServerUnaryReactor* SetRule(grpc::CallbackServerContext* context,
                                    const v1::SetRuleRequest* request, v1::Rule* response) override;

 private:
  // The approval, for who asked for it or may approve it.
  [[nodiscard]] Result<Approval> FindFor(const Caller& caller, const std::string& id) const;
  [[nodiscard]] bool MaySee(const Caller& caller, const Approval& approval) const;
  // As the act's own service does it, for the requester.
  [[nodiscard]] Outcome Execute(const Approval& approval) const;

  [[nodiscard]] Outcome List(const Caller& caller, const v1::ListApprovalsRequest& request,
                             v1::ListApprovalsResponse& response) const;
  [[nodiscard]] Outcome Get(const Caller& caller, const std::string& id,
                            v1::Approval& response) const;
  [[nodiscard]] Outcome Approve(const Caller& caller, const v1::ApproveRequestRequest& request,
                                v1::Approval& response) const;
  [[nodiscard]] Outcome Refuse(const Caller& caller, const v1::RefuseRequestRequest& request,
                               v1::Approval& response) const;
  [[nodiscard]] Outcome Show(const Caller& caller, v1::Rule& response) const;
  [[nodiscard]] Outcome Set(const Caller& caller, const v1::SetRuleRequest& request,
                            v1::Rule& response) const;

  const Parts parts_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_APPROVALS_SERVICE_H_
