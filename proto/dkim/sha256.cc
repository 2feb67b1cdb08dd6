#include "proto/dkim/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <cstdlib>

namespace dkimkeeper {

Sha256Digest Sha256Of(std::string_view octets) {
  std::array<std::uint8_t, Sha256Digest::kSize> digest{};
  if (EVP_Digest(octets.data(), octets.size(), digest.data(), nullptr, EVP_sha256(), nullptr) !=
      1) {
    std::abort();
  }
  return Sha256Digest(digest);
}

}  // namespace dkimkeeper
