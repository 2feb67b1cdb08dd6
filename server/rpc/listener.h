// One way in: addresses, how the connection is secured, and who its callers are.
#ifndef SERVER_RPC_LISTENER_H_
#define SERVER_RPC_LISTENER_H_

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/audit/audit_trail.h"
#include "server/config/config.h"
#include "server/rpc/access_service.h"
#include "server/rpc/approval_gate.h"
#include "server/rpc/approvals_service.h"
#include "server/rpc/call_queues.h"
#include "server/rpc/daemons.h"
#include "server/rpc/dns_service.h"
#include "server/rpc/domains_service.h"
#include "server/rpc/keys_service.h"
#include "server/rpc/rotation_service.h"
#include "server/rpc/signing_service.h"
#include "server/rpc/status_service.h"
#include "server/rpc/tokens_service.h"

namespace dkimkeeper {

// What all listeners serve. All must outlive them.
struct Service {
  Registry& registry;
  Signer& signer;
  Quotas& quotas;
  KeyOperations& operations;
  Journal& journal;
  AuditTrail& audit;
  const Tokens& tokens;
  const Reconciliations& reconciliations;
  const Outlook& outlook;
  RotationDesk& desk;
  KeyStore& store;
  ApprovalStore& approvals;
  const ApprovalGate& gate;
  DnsService::ReadCheck read_check;
  AlarmBoard& alarms;
  Metrics& metrics;
  Activity& activity;
  const Clock& clock;
  CallQueues& queues;
  const Daemons& daemons;
  Agents& agents;
  const Config& config;
};

// A gRPC server with one CallerSource, and the services that know their callers by it. Thread-safe.
class Listener {
 public:
  struct Options {
    std::vector<std::string> addresses;  // as gRPC writes them: "127.0.0.1:7443", "unix:/path"
    std::shared_ptr<grpc::ServerCredentials> credentials;
    std::unique_ptr<CallerSource> callers;
    // Nothing: connections live as long as they like.
    std::optional<std::chrono::milliseconds> max_connection_age = {};
  };

  // UNAVAILABLE/SERVER_AWAY: an address cannot be bound.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> Start(const Service& service,
                                                               Options options);

  // Port of each address, in order; 0 for a Unix socket.
  [[nodiscard]] const std::vector<int>& ports() const { return ports_; }

  // What grpc.health.v1 answers, where it is offered: for `service`, "" being the whole server.
  void SetServing(const std::string& service, bool serving);

  // Ends watches, lets calls in flight finish for so long, then cancels them.
  void Shutdown(std::chrono::milliseconds grace);

 private:
  Listener(const Service& service, std::unique_ptr<CallerSource> callers);

  const Clock& clock_;
  const std::unique_ptr<CallerSource> callers_;
  const Calls calls_;
  Published<bool> stopping_;
  SigningService signing_;
  DomainsService domains_;
  KeysService keys_;
  RotationService rotation_;
  DnsService dns_;
  AccessService access_;
  StatusService status_;
  TokensService tokens_;
  ApprovalsService approvals_;  // does what the others do
  std::vector<int> ports_;
  std::unique_ptr<grpc::Server> server_;  // last: its calls use all of the above
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_LISTENER_H_
