// Who is calling, as the listener can tell.
#ifndef SERVER_RPC_CALLER_H_
#define SERVER_RPC_CALLER_H_

#include <grpcpp/server_context.h>

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "proto/base/clock.h"
#include "server/access/identity.h"
#include "server/access/ip_network.h"
#include "server/base/subscription.h"
#include "server/tls/peer_rules.h"

namespace dkimkeeper {

// One for each listener. Thread-safe.
class CallerSource {
 public:
  virtual ~CallerSource() = default;
  // For each call anew: UNAUTHENTICATED/NO_IDENTITY, and what PeerRules::Check refuses.
  [[nodiscard]] virtual Result<Identity> Identify(const grpc::ServerContextBase& context) const = 0;
  // Where the connection comes from; nothing: a Unix socket.
  [[nodiscard]] virtual std::optional<IpAddress> AddressOf(
      const grpc::ServerContextBase& context) const = 0;
  // Runs `callback` when Identify may have another answer for a connection that stands.
  [[nodiscard]] virtual Subscription WhenRulesChange(std::function<void()> callback) const = 0;
};

// As gRPC writes a peer: "ipv4:192.0.2.1:443", "ipv6:%5B2001:db8::1%5D:443". Nothing for others.
[[nodiscard]] std::optional<IpAddress> PeerAddress(std::string_view peer);

// By the client certificate of the connection: Identity::FromNames of its subject alternative
// names, as long as the rules take it.
class CertificateCaller final : public CallerSource {
 public:
  // Both must outlive this.
  CertificateCaller(PeerRules& rules, const Clock& clock) : rules_(rules), clock_(clock) {}
  [[nodiscard]] Result<Identity> Identify(const grpc::ServerContextBase& context) const override;
  [[nodiscard]] std::optional<IpAddress> AddressOf(
      const grpc::ServerContextBase& context) const override {
    return PeerAddress(context.peer());
  }
  [[nodiscard]] Subscription WhenRulesChange(std::function<void()> callback) const override {
    return rules_.revocation().Subscribe(std::move(callback));
  }

 private:
  PeerRules& rules_;
  const Clock& clock_;
};

// Everybody who may open that Unix socket is the one identity that the configuration gives it.
class SocketCaller final : public CallerSource {
 public:
  explicit SocketCaller(Identity identity) : identity_(std::move(identity)) {}
  [[nodiscard]] Result<Identity> Identify(const grpc::ServerContextBase&) const override {
    return identity_;
  }
  [[nodiscard]] std::optional<IpAddress> AddressOf(
      const grpc::ServerContextBase& /*context*/) const override {
    return std::nullopt;
  }
  [[nodiscard]] Subscription WhenRulesChange(std::function<void()> /*callback*/) const override {
    return {};
  }

 private:
  const Identity identity_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_CALLER_H_
