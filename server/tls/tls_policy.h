// Which TLS this process speaks.
#ifndef SERVER_TLS_TLS_POLICY_H_
#define SERVER_TLS_TLS_POLICY_H_

#include <cstdint>

#include "proto/result.h"

namespace dkimkeeper {

enum class TlsVersions : std::uint8_t { kTls13Only, kTls12AndTls13 };

// Sets, for every TLS context that this process makes from now on, the versions, and that no
// session tickets are given out: a client must not come back on an old ticket after its certificate
// was withdrawn. (TLS 1.2, where allowed, can still resume by session id for as long as the context
// lives; OpenSSL has no default for that.) gRPC 1.51 has no setting of its own and takes OpenSSL's
// defaults: call this before the first gRPC credential is made, while there is one thread.
// INTERNAL: OpenSSL refused the settings.
[[nodiscard]] Outcome ApplyTlsPolicy(TlsVersions versions);

}  // namespace dkimkeeper

#endif  // SERVER_TLS_TLS_POLICY_H_
