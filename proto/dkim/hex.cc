#include "proto/dkim/hex.h"

#include <cstddef>

#include "proto/dkim/ascii.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

std::string EncodeHex(std::string_view bytes) {
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto octet = static_cast<unsigned char>(c);
    hex += kDigits[octet >> 4U];
    hex += kDigits[octet & 0x0FU];
  }
  return hex;
}

std::optional<std::string> DecodeHex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const std::size_t high = kDigits.find(ToAsciiLower(hex[i]));
    const std::size_t low = kDigits.find(ToAsciiLower(hex[i + 1]));
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes += static_cast<char>(high << 4U | low);
  }
  return bytes;
}

}  // namespace dkimkeeper
