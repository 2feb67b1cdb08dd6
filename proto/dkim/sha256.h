// SHA-256 (FIPS 180-4) of octets that are there as a whole.
#ifndef PROTO_DKIM_SHA256_H_
#define PROTO_DKIM_SHA256_H_

#include <string_view>

#include "proto/dkim/sha256_digest.h"

namespace dkimkeeper {

// Aborts where OpenSSL has no SHA-256.
[[nodiscard]] Sha256Digest Sha256Of(std::string_view octets);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_SHA256_H_
