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

// What stands between `before` and `after` in `text`, which begins with `before`.
std::optional<std::string_view> Between(std::string_view text, std::string_view before,
                                        std::string_view after) {
  const std::size_t end = text.rfind(after);
  if (!text.starts_with(before) || end == std::string_view::npos || end < before.size()) return {};
  return text.substr(before.size(), end - before.size());
}

}  // namespace

std::optional<IpAddress> PeerAddress(std::string_view peer) {
  auto address = Between(peer, "ipv4:", ":");
  if (!address) address = Between(peer, "ipv6:%5B", "%5D:");
  if (!address) address = Between(peer, "ipv6:[", "]:");
  if (!address) return std::nullopt;
  return IpAddress::Parse(address->substr(0, address->find('%')));  // without a link's name
}

Result<Identity> CertificateCaller::Identify(const grpc::ServerContextBase& context) const {
  const auto auth = context.auth_context();
  if (!auth || !auth->IsPeerAuthenticated()) {
    return Fail(Code::kUnauthenticated, reason::kNoIdentity,
                "no client certificate; connect with one from the CA in [tls] client_ca");
  }
  // Never by GRPC_X509_SAN_PROPERTY_NAME: it mixes all kinds of names.
  auto identity = Identity::FromNames(Property(*auth, GRPC_PEER_URI_PROPERTY_NAME),
                                      Property(*auth, GRPC_PEER_DNS_PROPERTY_NAME));
  if (!identity) return identity;
  const auto leaf = auth->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  const std::string_view pem =
      leaf.empty() ? std::string_view() : std::string_view(leaf[0].data(), leaf[0].size());
  const Outcome allowed = rules_.Check(pem, identity->str(), clock_.Now());
  if (!allowed) return Forward(allowed);
  return identity;
}

}  // namespace dkimkeeper
