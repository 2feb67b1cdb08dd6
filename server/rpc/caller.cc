#include "server/rpc/caller.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>

#include <string>
#include <vector>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

std::vector<std::string> Property(const grpc::AuthContext& auth, const char* name) {
  std::vector<std::string> values;
  for (const grpc::string_ref& value : auth.FindPropertyValues(name)) {
    values.emplace_back(value.data(), value.size());
  }
  return values;
}

}  // namespace

Result<Identity> CertificateCaller::Identify(const grpc::ServerContextBase& context) const {
  const auto auth = context.auth_context();
  if (!auth || !auth->IsPeerAuthenticated()) {
    return Fail(Code::kUnauthenticated, reason::kNoIdentity,
                "no client certificate; connect with one from the CA in [tls] client_ca");
  }
  // Never by GRPC_X509_SAN_PROPERTY_NAME: it mixes all kinds of names.
  return Identity::FromNames(Property(*auth, GRPC_PEER_URI_PROPERTY_NAME),
                             Property(*auth, GRPC_PEER_DNS_PROPERTY_NAME));
}

}  // namespace dkimkeeper
