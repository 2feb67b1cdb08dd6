#include "server/tls/pinned_issuer.h"

#include <openssl/x509v3.h>

#include <algorithm>
#include <utility>

#include "proto/base/read_file.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;

tl::unexpected<Error> Refuse(const std::string& path, const std::string& what) {
  return Fail(Code::kFailedPrecondition, reason::kBadCertificate,
              path + ": " + what + "; put the issuer's certificate there as PEM");
}

}  // namespace

Result<PinnedIssuer> PinnedIssuer::Read(std::string pattern, const std::string& path) {
  const auto pem = ReadFile(path, kMaxFileBytes);
  if (!pem) return Refuse(path, "cannot be read (" + pem.error().message + ")");
  auto authorities = ParseCertificates(*pem);
  if (!authorities) return Refuse(path, authorities.error().message);
  return PinnedIssuer(std::move(pattern), *std::move(authorities));
}

bool PinnedIssuer::IsAbout(std::string_view identity) const {
  if (!pattern_.ends_with('*')) return identity == pattern_;
  return identity.starts_with(std::string_view(pattern_).substr(0, pattern_.size() - 1));
}

bool PinnedIssuer::Issued(X509* certificate) const {
  const bool issued = std::ranges::any_of(authorities_, [&](const Certificate& authority) {
    EVP_PKEY* const key = X509_get0_pubkey(authority.get());
    return X509_check_issued(authority.get(), certificate) == X509_V_OK && key != nullptr &&
           X509_verify(certificate, key) == 1;
  });
  (void)TakeOpensslReason();
  return issued;
}

}  // namespace dkimkeeper
