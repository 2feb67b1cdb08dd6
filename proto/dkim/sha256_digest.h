// The 32 bytes that a caller wants signed.
#ifndef PROTO_DKIM_SHA256_DIGEST_H_
#define PROTO_DKIM_SHA256_DIGEST_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// A SHA-256 digest (FIPS 180-4): exactly 32 bytes. A value: copies and compares.
class Sha256Digest {
 public:
  static constexpr std::size_t kSize = 32;

  explicit Sha256Digest(const std::array<std::uint8_t, kSize>& bytes) : bytes_(bytes) {}

  // `bytes` is the raw digest. INVALID_ARGUMENT/BAD_DIGEST unless it is 32 bytes long.
  [[nodiscard]] static Result<Sha256Digest> FromBytes(std::string_view bytes);

  // `hex` is 64 hexadecimal digits of any letter case. INVALID_ARGUMENT/BAD_DIGEST.
  [[nodiscard]] static Result<Sha256Digest> FromHex(std::string_view hex);

  [[nodiscard]] std::span<const std::uint8_t, kSize> bytes() const { return bytes_; }
  [[nodiscard]] std::string ToBytes() const { return {bytes_.begin(), bytes_.end()}; }

  friend auto operator<=>(const Sha256Digest&, const Sha256Digest&) = default;

 private:
  std::array<std::uint8_t, kSize> bytes_;
};

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_SHA256_DIGEST_H_
