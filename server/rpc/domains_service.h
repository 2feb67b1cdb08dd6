// dkimkeeper.v1.Domains: decode, call, encode.
#ifndef SERVER_RPC_DOMAINS_SERVICE_H_
#define SERVER_RPC_DOMAINS_SERVICE_H_

#include <string_view>

#include <google/protobuf/message.h>

#include <optional>

#include "dkimkeeper/v1/domains.grpc.pb.h"
#include "proto/base/clock.h"
#include "server/lifecycle/journal.h"
#include "server/rotation/desk.h"
#include "server/rotation/outlook.h"
#include "server/rpc/calls.h"
#include "server/store/registry.h"
#include "server/tokens/tokens.h"

namespace dkimkeeper {

// Thread-safe: no state of its own. Changes run on `changes`, where the store may block;
// previews, which take a while, on `looks`.
class DomainsService final : public v1::Domains::CallbackService {
 public:
  struct Parts {
    const Calls& calls;
    Registry& registry;
    const Tokens& tokens;
    Journal& journal;
    const Outlook& outlook;
    RotationDesk& desk;
    WorkQueue& changes;
    WorkQueue& looks;
    const Clock& clock;
  };
  explicit DomainsService(const Parts& parts) : parts_(parts) {}  // all must outlive this

  grpc::ServerUnaryReactor* AddDomain(grpc::CallbackServerContext* context,
                                      const v1::AddDomainRequest* request,
                                      v1::Domain* response) override;
  grpc::ServerUnaryReactor* GetDomain(grpc::CallbackServerContext* context,
                                      const v1::GetDomainRequest* request,
                                      v1::Domain* response) override;
  grpc::ServerUnaryReactor* ListDomains(grpc::CallbackServerContext* context,
                                        const v1::ListDomainsRequest* request,
                                        v1::ListDomainsResponse* response) override;
  grpc::ServerUnaryReactor* RemoveDomain(grpc::CallbackServerContext* context,
                                         const v1::RemoveDomainRequest* request,
                                         v1::RemoveDomainResponse* response) override;
  grpc::ServerUnaryReactor* AddSender(grpc::CallbackServerContext* context,
                                      const v1::AddSenderRequest* request,
                                      v1::Domain* response) override;
  grpc::ServerUnaryReactor* RemoveSender(grpc::CallbackServerContext* context,
                                         const v1::RemoveSenderRequest* request,
                                         v1::Domain* response) override;
  grpc::ServerUnaryReactor* PlaceDomain(grpc::CallbackServerContext* context,
                                        const v1::PlaceDomainRequest* request,
                                        v1::Domain* response) override;
  grpc::ServerUnaryReactor* PauseDomain(grpc::CallbackServerContext* context,
                                        const v1::PauseDomainRequest* request,
                                        v1::Domain* response) override;
  grpc::ServerUnaryReactor* ResumeDomain(grpc::CallbackServerContext* context,
                                         const v1::ResumeDomainRequest* request,
                                         v1::Domain* response) override;
  grpc::ServerUnaryReactor* GetPolicy(grpc::CallbackServerContext* context,
                                      const v1::GetPolicyRequest* request,
                                      v1::Policy* response) override;
  grpc::ServerUnaryReactor* SetPolicy(grpc::CallbackServerContext* context,
                                      const v1::SetPolicyRequest* request,
                                      v1::Policy* response) override;
  grpc::ServerUnaryReactor* PreviewPolicy(grpc::CallbackServerContext* context,
                                          const v1::PreviewPolicyRequest* request,
                                          v1::PreviewPolicyResponse* response) override;

  // Does a guarded call that was approved (server/rpc/approvals_service.h); nothing: not one of
  // these.
  [[nodiscard]] std::optional<Outcome> Perform(const Caller& caller,
                                               const google::protobuf::Message& request) const;

 private:
  // Commits and writes down; `act` is the journal's name of it.
  [[nodiscard]] Outcome Change(std::string_view act, const Mutation& mutation,
                               const Subject& subject, const Registry::Decide& decide) const;
  [[nodiscard]] Outcome Show(const Domain& domain, v1::Domain& response) const;

  [[nodiscard]] Outcome Add(const Caller& caller, const v1::AddDomainRequest& request,
                            v1::Domain& response) const;
  [[nodiscard]] Outcome Get(const Caller& caller, const v1::GetDomainRequest& request,
                            v1::Domain& response) const;
  [[nodiscard]] Outcome List(const Caller& caller, const v1::ListDomainsRequest& request,
                             v1::ListDomainsResponse& response) const;
  [[nodiscard]] Outcome Remove(const Caller& caller, const v1::RemoveDomainRequest& request) const;
  [[nodiscard]] Outcome Add(const Caller& caller, const v1::AddSenderRequest& request,
                            v1::Domain& response) const;
  [[nodiscard]] Outcome Remove(const Caller& caller, const v1::RemoveSenderRequest& request,
                               v1::Domain& response) const;

  [[nodiscard]] Outcome Pause(const Caller& caller, const v1::PauseDomainRequest& request,
                              v1::Domain& response) const;
  [[nodiscard]] Outcome Resume(const Caller& caller, const v1::ResumeDomainRequest& request,
                               v1::Domain& response) const;
  [[nodiscard]] Outcome Set(const Caller& caller, const v1::SetPolicyRequest& request,
                            v1::Policy& response) const;
  [[nodiscard]] v1::Domain Shown(const DomainEntry& entry) const;

  [[nodiscard]] Outcome Place(const Caller& caller, const v1::PlaceDomainRequest& request,
                              v1::Domain& response) const;

  const Parts parts_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_DOMAINS_SERVICE_H_
