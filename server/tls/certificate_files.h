// The operator's TLS files, checked before anything is served with them.
#ifndef SERVER_TLS_CERTIFICATE_FILES_H_
#define SERVER_TLS_CERTIFICATE_FILES_H_

#include <chrono>
#include <string>

#include "proto/result.h"

namespace dkimkeeper {

struct CertificatePaths {
  std::string certificate;  // PEM: the leaf, then the intermediates
  std::string key;          // PEM: the leaf's private key, without a passphrase
  std::string client_ca;    // PEM: who may issue client certificates
};

// What the files held, as one set. The key is in plain memory on purpose: gRPC holds it so for as
// long as it serves, and wiping one of two copies protects nothing.
struct CertificateSet {
  std::string certificate, key, client_ca;  // PEM
};

// What is known of a set that was found right.
struct CertificateFacts {
  std::chrono::system_clock::time_point expires;  // the first of the chain to expire
};

// Reads the three files, each at most 1 MiB. FAILED_PRECONDITION/BAD_CERTIFICATE names the one
// that cannot be read.
[[nodiscard]] Result<CertificateSet> ReadCertificateFiles(const CertificatePaths& paths);

// Checks that a TLS server can serve the set at `now`: all parse; the leaf stands first and each
// certificate is issued by the next; all of the chain are in their dates; the key is the leaf's;
// OpenSSL takes them for TLS (its security level refuses short keys and old digests);
// `client_ca` holds at least one certificate. `paths` is for the error's text only.
// FAILED_PRECONDITION/BAD_CERTIFICATE names the file, what is wrong and what to do.
[[nodiscard]] Result<CertificateFacts> ValidateCertificates(
    const CertificateSet& set, const CertificatePaths& paths,
    std::chrono::system_clock::time_point now);

}  // namespace dkimkeeper

#endif  // SERVER_TLS_CERTIFICATE_FILES_H_
