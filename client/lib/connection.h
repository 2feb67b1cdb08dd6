// Channels to the servers. Internal: with its .cc files the only place of the client that sees
// gRPC.
#ifndef CLIENT_LIB_CONNECTION_H_
#define CLIENT_LIB_CONNECTION_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/lib/failover.h"
#include "client/lib/key_watch.h"
#include "client/lib/pace.h"
#include "dkimkeeper/client.h"
#include "dkimkeeper/v1/access.grpc.pb.h"
#include "dkimkeeper/v1/approvals.grpc.pb.h"
#include "dkimkeeper/v1/dns.grpc.pb.h"
#include "dkimkeeper/v1/domains.grpc.pb.h"
#include "dkimkeeper/v1/keys.grpc.pb.h"
#include "dkimkeeper/v1/rotation.grpc.pb.h"
#include "dkimkeeper/v1/signing.grpc.pb.h"
#include "dkimkeeper/v1/status.grpc.pb.h"
#include "dkimkeeper/v1/tokens.grpc.pb.h"
#include "proto/result.h"

namespace dkimkeeper {

// One server address with its channel; connects by itself when first used, and again.
struct Endpoint {
  std::unique_ptr<v1::Signing::Stub> signing;
  std::unique_ptr<v1::Domains::Stub> domains;
  std::unique_ptr<v1::Keys::Stub> keys;
  std::unique_ptr<v1::Access::Stub> access;
  std::unique_ptr<v1::Status::Stub> status;
  std::unique_ptr<v1::Tokens::Stub> tokens;
  std::unique_ptr<v1::Rotation::Stub> rotation;
  std::unique_ptr<v1::Dns::Stub> dns;
  std::unique_ptr<v1::Approvals::Stub> approvals;
};

// One channel to each server address, kept. Thread-safe.
class Connection : public KeyStream {
 public:
  // Checks `options` and the certificate files (as Client::Connect), connects to nothing yet.
  [[nodiscard]] static Result<std::shared_ptr<Connection>> Open(ClientOptions options,
                                                                std::shared_ptr<Pace> pace);

  // `attempt` makes one call with the context given, whose deadline is set; it may run again on
  // another endpoint. Errors as Failover::Call.
  using Attempt = std::function<Outcome(Endpoint& endpoint, grpc::ClientContext& context)>;
  [[nodiscard]] Outcome Call(Repeat repeat, const Attempt& attempt) {
    return Call(repeat, options_.deadline, attempt);
  }
  // The same, within `deadline` where that is shorter than the one of the options.
  [[nodiscard]] Outcome Call(Repeat repeat, std::chrono::milliseconds deadline,
                             const Attempt& attempt);

  // The same for a call that takes one message and answers one.
  template <typename Stub, typename Request, typename Response>
  [[nodiscard]] Result<Response> Unary(Repeat repeat, std::unique_ptr<Stub> Endpoint::* stub,
                                       grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                       const Request& request) {
    return Unary(repeat, options_.deadline, stub, method, request);
  }
  template <typename Stub, typename Request, typename Response>
  [[nodiscard]] Result<Response> Unary(Repeat repeat, std::chrono::milliseconds deadline,
                                       std::unique_ptr<Stub> Endpoint::* stub,
                                       grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                       const Request& request) {
    Response response;
    const auto attempt = [&](Endpoint& endpoint, grpc::ClientContext& context) {
      response.Clear();
      return ToOutcome(((*(endpoint.*stub)).*method)(&context, request, &response));
    };
    const Outcome outcome = Call(repeat, deadline, attempt);
    if (!outcome) return Forward(outcome);
    return response;
  }

  // WatchSigningKeys at one endpoint, the next time at another if that one gave no list.
  [[nodiscard]] Error Read(std::uint64_t after_generation, const OnList& on_list,
                           const std::stop_token& stop) override;

  [[nodiscard]] static Outcome ToOutcome(const grpc::Status& status);

  [[nodiscard]] const ClientOptions& options() const { return options_; }
  [[nodiscard]] const std::shared_ptr<Pace>& pace() const { return pace_; }

 private:
  Connection(ClientOptions options, std::shared_ptr<Pace> pace);

  const ClientOptions options_;
  const std::shared_ptr<Pace> pace_;
  Failover failover_;
  std::vector<Endpoint> endpoints_;  // as many as addresses, in their order
};

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_CONNECTION_H_
