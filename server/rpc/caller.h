// Who is calling, as the listener can tell.
#ifndef SERVER_RPC_CALLER_H_
#define SERVER_RPC_CALLER_H_

#include <grpcpp/server_context.h>

#include <optional>
#include <string_view>
#include <utility>

#include "server/access/identity.h"
#include "server/access/ip_network.h"

namespace dkimkeeper {

// One for each listener. Thread-safe.
class CallerSource {
 public:
  virtual ~CallerSource() = default;
  // UNAUTHENTICATED/NO_IDENTITY.
  [[nodiscard]] virtual Result<Identity> Identify(const grpc::ServerContextBase& context) const = 0;
  // Where the connection comes from; nothing: a Unix socket.
  [[nodiscard]] virtual std::optional<IpAddress> AddressOf(
      const grpc::ServerContextBase& context) const = 0;
};

// As gRPC writes a peer: "ipv4:192.0.2.1:443", "ipv6:%5B2001:db8::1%5D:443". Nothing for others.
[[nodiscard]] std::optional<IpAddress> PeerAddress(std::string_view peer);

// By the client certificate of the connection: Identity::FromNames of its subject alternative
// names.
class CertificateCaller final : public CallerSource {
 public:
  [[nodiscard]] Result<Identity> Identify(const grpc::ServerContextBase& context) const override;
  [[nodiscard]] std::optional<IpAddress> AddressOf(
      const grpc::ServerContextBase& context) const override {
    return PeerAddress(context.peer());
  }
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

 private:
  const Identity identity_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_CALLER_H_
