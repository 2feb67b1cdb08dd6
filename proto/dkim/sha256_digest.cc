#include "proto/dkim/sha256_digest.h"

#include <algorithm>

#include "proto/dkim/hex.h"
#include "proto/reason.h"

namespace dkimkeeper {

Result<Sha256Digest> Sha256Digest::FromBytes(std::string_view bytes) {
  if (bytes.size() != kSize) {
    return Fail(Code::kInvalidArgument, reason::kBadDigest,
                "the digest is " + std::to_string(bytes.size()) +
                    " bytes long; send the 32 bytes of a SHA-256 digest");
  }
  std::array<std::uint8_t, kSize> copy{};
  std::transform(bytes.begin(), bytes.end(), copy.begin(),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  return Sha256Digest(copy);
}

Result<Sha256Digest> Sha256Digest::FromHex(std::string_view hex) {
  const auto bytes = DecodeHex(hex);
  if (!bytes || bytes->size() != kSize) {
    return Fail(Code::kInvalidArgument, reason::kBadDigest,
                "the digest is not 64 hexadecimal digits; give a SHA-256 digest in hexadecimal");
  }
  return FromBytes(*bytes);
}

}  // namespace dkimkeeper
