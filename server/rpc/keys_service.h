// dkimkeeper.v1.Keys: decode, call, encode.
#ifndef SERVER_RPC_KEYS_SERVICE_H_
#define SERVER_RPC_KEYS_SERVICE_H_

#include <google/protobuf/message.h>

#include <optional>

#include "dkimkeeper/v1/keys.grpc.pb.h"
#include "proto/base/clock.h"
#include "server/lifecycle/key_operations.h"
#include "server/rotation/desk.h"
#include "server/rotation/outlook.h"
#include "server/rpc/calls.h"
#include "server/rpc/daemons.h"

namespace dkimkeeper {

// Thread-safe: no state of its own. What calls a token runs among that token's acts; what only
// stores runs on `changes`, so that stopping a key never waits for a key generation, and what looks
// at DNS on `looks`.
class KeysService final : public v1::Keys::CallbackService {
 public:
  struct Parts {
    const Calls& calls;
    Registry& registry;
    const Tokens& tokens;
    KeyOperations& operations;
    const Outlook& outlook;
    RotationDesk& desk;
    WorkQueue& changes;
    WorkQueue& emergencies;
    WorkQueue& looks;
    const Daemons& daemons;
    const Clock& clock;
  };
  explicit KeysService(const Parts& parts) : parts_(parts) {}  // all must outlive this

  grpc::ServerUnaryReactor* GenerateKey(grpc::CallbackServerContext* context,
                                        const v1::GenerateKeyRequest* request,
                                        v1::Key* response) override;
  grpc::ServerUnaryReactor* AdoptKey(grpc::CallbackServerContext* context,
                                     const v1::AdoptKeyRequest* request,
                                     v1::Key* response) override;
  grpc::ServerUnaryReactor* ActivateKey(grpc::CallbackServerContext* context,
                                        const v1::ActivateKeyRequest* request,
                                        v1::Key* response) override;
  grpc::ServerUnaryReactor* RetireKey(grpc::CallbackServerContext* context,
                                      const v1::RetireKeyRequest* request,
                                      v1::Key* response) override;
  grpc::ServerUnaryReactor* RevokeKey(grpc::CallbackServerContext* context,
                                      const v1::RevokeKeyRequest* request,
                                      v1::Key* response) override;
  grpc::ServerUnaryReactor* DestroyKey(grpc::CallbackServerContext* context,
                                       const v1::DestroyKeyRequest* request,
                                       v1::Key* response) override;
  grpc::ServerUnaryReactor* GetKey(grpc::CallbackServerContext* context,
                                   const v1::GetKeyRequest* request, v1::Key* response) override;
  grpc::ServerUnaryReactor* ListKeys(grpc::CallbackServerContext* context,
                                     const v1::ListKeysRequest* request,
                                     v1::ListKeysResponse* response) override;

  // Does a guarded call that was approved (server/rpc/approvals_service.h); nothing: not one of
  // these.
  [[nodiscard]] std::optional<Outcome> Perform(const Caller& caller,
                                               const google::protobuf::Message& request) const;

 private:
  // The acts of the token that a call will most likely be about. A wrong guess, of a request whose
  // placement changes at that moment, costs time only.
  [[nodiscard]] WorkQueue& ActsFor(const v1::GenerateKeyRequest& request) const;
  [[nodiscard]] WorkQueue& ActsFor(const v1::AdoptKeyRequest& request) const;
  [[nodiscard]] WorkQueue& ActsFor(const std::string& domain, const std::string& selector) const;
  [[nodiscard]] WorkQueue& ActsOf(const std::string& token) const;

  [[nodiscard]] Outcome Generate(const Caller& caller, const v1::GenerateKeyRequest& request,
                                 v1::Key& response) const;
  [[nodiscard]] Outcome Adopt(const Caller& caller, const v1::AdoptKeyRequest& request,
                              v1::Key& response) const;
  [[nodiscard]] Outcome Activate(const Caller& caller, const v1::ActivateKeyRequest& request,
                                 v1::Key& response) const;
  [[nodiscard]] Outcome Retire(const Caller& caller, const v1::RetireKeyRequest& request,
                               v1::Key& response) const;
  [[nodiscard]] Outcome Revoke(const Caller& caller, const v1::RevokeKeyRequest& request,
                               v1::Key& response) const;
  [[nodiscard]] Outcome Destroy(const Caller& caller, const v1::DestroyKeyRequest& request,
                                v1::Key& response) const;
  [[nodiscard]] Outcome Get(const Caller& caller, const v1::GetKeyRequest& request,
                            v1::Key& response) const;
  [[nodiscard]] Outcome List(const Caller& caller, const v1::ListKeysRequest& request,
                             v1::ListKeysResponse& response) const;
  [[nodiscard]] Outcome Show(const Result<KeyPtr>& key, v1::Key& response) const;

  const Parts parts_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_KEYS_SERVICE_H_
