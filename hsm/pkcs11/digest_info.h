// DigestInfo of SHA-256 (RFC 8017 §9.2, note 1): what CKM_RSA_PKCS signs.
#ifndef HSM_PKCS11_DIGEST_INFO_H_
#define HSM_PKCS11_DIGEST_INFO_H_

#include <algorithm>
#include <array>
#include <cstdint>

#include "proto/dkim/sha256_digest.h"

namespace dkimkeeper::pkcs11 {

// Built here, never taken from a caller: a token that signs any input signs nothing else.
using DigestInfo = std::array<std::uint8_t, 51>;

[[nodiscard]] inline DigestInfo Sha256DigestInfo(const Sha256Digest& digest) {
  DigestInfo info = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                     0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
  std::copy(digest.bytes().begin(), digest.bytes().end(), info.end() - Sha256Digest::kSize);
  return info;
}

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_DIGEST_INFO_H_
