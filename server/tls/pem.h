// PEM text (RFC 7468) into OpenSSL's objects.
#ifndef SERVER_TLS_PEM_H_
#define SERVER_TLS_PEM_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"

namespace dkimkeeper {

struct OpensslFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Certificate = std::unique_ptr<X509, OpensslFree>;
using PrivateKey = std::unique_ptr<EVP_PKEY, OpensslFree>;

// Errors of both: FAILED_PRECONDITION/BAD_CERTIFICATE. The message says what is wrong with the
// text, and never quotes it: `holds no certificate`.

// All certificates of the text, at least one, in order. Blocks of other kinds are passed over; a
// block that is cut short or does not decode is an error.
[[nodiscard]] Result<std::vector<Certificate>> ParseCertificates(std::string_view pem);

// The first private key. A passphrase is never asked for.
[[nodiscard]] Result<PrivateKey> ParsePrivateKey(std::string_view pem);

// The reason of OpenSSL's last error, without data; empties its queue.
[[nodiscard]] std::string TakeOpensslReason();

}  // namespace dkimkeeper

#endif  // SERVER_TLS_PEM_H_
