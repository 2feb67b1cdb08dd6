#include "server/rpc/listener_credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <algorithm>

namespace dkimkeeper {

std::shared_ptr<grpc::ServerCredentials> ListenerCredentials(const CertificatePaths& paths,
                                                             std::chrono::milliseconds refresh) {
  const auto seconds = std::max(std::chrono::floor<std::chrono::seconds>(refresh).count(),
                                std::chrono::seconds::rep{1});
  grpc::experimental::TlsServerCredentialsOptions options(
      std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
          paths.key, paths.certificate, paths.client_ca, static_cast<unsigned>(seconds)));
  // Without both, gRPC takes nothing from the provider.
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return grpc::experimental::TlsServerCredentials(options);
}

}  // namespace dkimkeeper
