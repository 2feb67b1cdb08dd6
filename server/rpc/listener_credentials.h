// Mutual TLS for the TCP listener.
#ifndef SERVER_RPC_LISTENER_CREDENTIALS_H_
#define SERVER_RPC_LISTENER_CREDENTIALS_H_

#include <grpcpp/security/server_credentials.h>

#include <chrono>
#include <memory>

#include "server/tls/certificate_files.h"

namespace dkimkeeper {

// Every client needs a certificate of `client_ca`; who it is, is for the calls to decide. `paths`
// are the private copy's and hold a validated set: gRPC starts with anything, and with a bad set
// refuses everybody. It looks at them every `refresh` (whole seconds, at least one), and serves new
// connections with what it finds; open ones go on. Call ApplyTlsPolicy first.
[[nodiscard]] std::shared_ptr<grpc::ServerCredentials> ListenerCredentials(
    const CertificatePaths& paths, std::chrono::milliseconds refresh);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_LISTENER_CREDENTIALS_H_
