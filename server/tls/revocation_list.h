// Which certificates an authority has withdrawn (RFC 5280 §5).
#ifndef SERVER_TLS_REVOCATION_LIST_H_
#define SERVER_TLS_REVOCATION_LIST_H_

#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

#include "proto/result.h"
#include "server/tls/pem.h"

namespace dkimkeeper {

// A complete list of one authority, whose signature was found right. Thread-safe.
class RevocationList {
 public:
  // All lists of a PEM text, at least one. FAILED_PRECONDITION/BAD_CERTIFICATE: one is damaged, is
  // not signed by any of `authorities`, says no date of its successor, or is only part of a list (a
  // delta, or by a critical extension).
  [[nodiscard]] static Result<std::vector<RevocationList>> Parse(
      std::string_view pem, const std::vector<Certificate>& authorities);

  // `certificate` names the authority of this list as its issuer.
  [[nodiscard]] bool IsOfIssuerOf(const X509* certificate) const;
  [[nodiscard]] bool Revokes(X509* certificate) const;
  // From then on it says nothing any more.
  [[nodiscard]] std::chrono::system_clock::time_point next_update() const { return next_update_; }

 private:
  struct Free {
    void operator()(X509_CRL* list) const { X509_CRL_free(list); }
  };
  using Handle = std::unique_ptr<X509_CRL, Free>;

  explicit RevocationList(Handle list);

  Handle list_;
  std::chrono::system_clock::time_point next_update_;
};

}  // namespace dkimkeeper

#endif  // SERVER_TLS_REVOCATION_LIST_H_
