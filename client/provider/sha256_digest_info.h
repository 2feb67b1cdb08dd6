// The structure that RSA signs: DigestInfo of RFC 8017 §9.2.
#ifndef CLIENT_PROVIDER_SHA256_DIGEST_INFO_H_
#define CLIENT_PROVIDER_SHA256_DIGEST_INFO_H_

#include <optional>
#include <string_view>

#include "proto/dkim/sha256_digest.h"

namespace dkimkeeper::provider {

// The digest in the DigestInfo of a SHA-256 digest; nothing for anything else.
[[nodiscard]] inline std::optional<Sha256Digest> DigestInSha256DigestInfo(std::string_view der) {
  using std::string_view_literals::operator""sv;
  constexpr std::string_view kHead =
      "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"sv;
  if (!der.starts_with(kHead)) return std::nullopt;
  const auto digest = Sha256Digest::FromBytes(der.substr(kHead.size()));
  if (!digest) return std::nullopt;
  return *digest;
}

}  // namespace dkimkeeper::provider

#endif  // CLIENT_PROVIDER_SHA256_DIGEST_INFO_H_
