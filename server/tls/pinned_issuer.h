// Who may issue the certificates of which identities.
#ifndef SERVER_TLS_PINNED_ISSUER_H_
#define SERVER_TLS_PINNED_ISSUER_H_

#include <openssl/x509.h>

#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"
#include "server/tls/pem.h"

namespace dkimkeeper {

// With several authorities in client_ca each could name every identity; a pin leaves an identity to
// those that are written here. Immutable, thread-safe.
class PinnedIssuer {
 public:
  // `pattern`: an identity, or the beginning of some and "*". `path`: PEM certificates of
  // authorities. FAILED_PRECONDITION/BAD_CERTIFICATE names the file.
  [[nodiscard]] static Result<PinnedIssuer> Read(std::string pattern, const std::string& path);

  [[nodiscard]] bool IsAbout(std::string_view identity) const;
  // One of the authorities signed it, itself: a name alone could be copied.
  [[nodiscard]] bool Issued(X509* certificate) const;

 private:
  PinnedIssuer(std::string pattern, std::vector<Certificate> authorities)
      : pattern_(std::move(pattern)), authorities_(std::move(authorities)) {}

  std::string pattern_;
  std::vector<Certificate> authorities_;
};

}  // namespace dkimkeeper

#endif  // SERVER_TLS_PINNED_ISSUER_H_
