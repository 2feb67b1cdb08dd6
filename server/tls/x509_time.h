// Dates of certificates and revocation lists.
#ifndef SERVER_TLS_X509_TIME_H_
#define SERVER_TLS_X509_TIME_H_

#include <openssl/asn1.h>

#include <chrono>
#include <string>

namespace dkimkeeper {

// time_point::min() for what cannot be read: no certificate is so old, so that it counts as
// expired.
[[nodiscard]] std::chrono::system_clock::time_point X509Time(const ASN1_TIME* time);

// "2026-01-31T23:59:59Z", for messages.
[[nodiscard]] std::string X509Date(const ASN1_TIME* time);

}  // namespace dkimkeeper

#endif  // SERVER_TLS_X509_TIME_H_
