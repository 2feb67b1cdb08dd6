// Who is calling, as the listener can tell.
#ifndef SERVER_RPC_CALLER_H_
#define SERVER_RPC_CALLER_H_

#include <grpcpp/server_context.h>

#include <utility>

#include "server/access/identity.h"

namespace dkimkeeper {

// One for each listener. Thread-safe.
class CallerSource {
 public:
  virtual ~CallerSource() = default;
  // UNAUTHENTICATED/NO_IDENTITY.
  [[nodiscard]] virtual Result<Identity> Identify(const grpc::ServerContextBase& context) const = 0;
};

// By the client certificate of the connection: Identity::FromNames of its subject alternative
// names.
class CertificateCaller final : public CallerSource {
 public:
  [[nodiscard]] Result<Identity> Identify(const grpc::ServerContextBase& context) const override;
};

// Everybody who may open that Unix socket is the one identity that the configuration gives it.
class SocketCaller final : public CallerSource {
 public:
  explicit SocketCaller(Identity identity) : identity_(std::move(identity)) {}
  [[nodiscard]] Result<Identity> Identify(const grpc::ServerContextBase&) const override {
    return identity_;
  }

 private:
  const Identity identity_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_CALLER_H_
