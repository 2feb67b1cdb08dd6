// dkimkeeper.v1.Signing: decode, call, encode.
#ifndef SERVER_RPC_SIGNING_SERVICE_H_
#define SERVER_RPC_SIGNING_SERVICE_H_

#include "dkimkeeper/v1/signing.grpc.pb.h"
#include "proto/base/clock.h"
#include "server/access/quotas.h"
#include "server/lifecycle/policy.h"
#include "server/rpc/calls.h"
#include "server/signing/signer.h"
#include "server/store/agents.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Thread-safe: no state of its own. No handler blocks.
class SigningService final : public v1::Signing::CallbackService {
 public:
  struct Parts {
    const Calls& calls;
    Registry& registry;
    Signer& signer;
    Quotas& quotas;
    Agents& agents;
    Published<bool>& stopping;
    const Clock& clock;
    unsigned max_batch;
    std::chrono::milliseconds snapshot_max_age;
    const Policy& policy;
  };
  explicit SigningService(const Parts& parts) : parts_(parts) {}  // all must outlive this

  grpc::ServerUnaryReactor* ListSigningKeys(grpc::CallbackServerContext* context,
                                            const v1::ListSigningKeysRequest* request,
                                            v1::ListSigningKeysResponse* response) override;
  grpc::ServerWriteReactor<v1::ListSigningKeysResponse>* WatchSigningKeys(
      grpc::CallbackServerContext* context, const v1::WatchSigningKeysRequest* request) override;
  grpc::ServerUnaryReactor* SignDigest(grpc::CallbackServerContext* context,
                                       const v1::SignDigestRequest* request,
                                       v1::SignDigestResponse* response) override;
  grpc::ServerUnaryReactor* SignDigests(grpc::CallbackServerContext* context,
                                        const v1::SignDigestsRequest* request,
                                        v1::SignDigestsResponse* response) override;
  grpc::ServerUnaryReactor* SignHeaders(grpc::CallbackServerContext* context,
                                        const v1::SignHeadersRequest* request,
                                        v1::SignDigestResponse* response) override;
  grpc::ServerUnaryReactor* AcknowledgeKeys(grpc::CallbackServerContext* context,
                                            const v1::AcknowledgeKeysRequest* request,
                                            v1::AcknowledgeKeysResponse* response) override;

 private:
  [[nodiscard]] Outcome FillSigningKeys(const grpc::CallbackServerContext& context,
                                        const v1::ListSigningKeysRequest& request,
                                        v1::ListSigningKeysResponse& response) const;
  [[nodiscard]] Outcome Acknowledge(const Caller& caller, std::uint64_t generation) const;
  // Both call `done` once, here or on another thread.
  void Sign(const Caller& caller, const v1::SignDigestRequest& request, Deadline deadline,
            Signer::Done done) const;
  void Sign(const Caller& caller, const v1::SignHeadersRequest& request, Deadline deadline,
            Signer::Done done) const;
  // The order that a request becomes, once `check` has seen it with the key; what is refused is on
  // record.
  template <typename Check>
  [[nodiscard]] Result<SignOrder> OrderFor(const Caller& caller, const SignRequest& request,
                                           const Check& check) const;
  // One call of one signature.
  template <typename Request>
  [[nodiscard]] grpc::ServerUnaryReactor* SignOne(std::string_view method,
                                                  grpc::CallbackServerContext& context,
                                                  const Request& request,
                                                  v1::SignDigestResponse& response) const;
  [[nodiscard]] Deadline DeadlineOf(const grpc::CallbackServerContext& context) const;

  const Parts parts_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_SIGNING_SERVICE_H_
