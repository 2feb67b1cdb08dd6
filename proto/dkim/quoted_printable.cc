#include "proto/dkim/quoted_printable.h"

#include <cstddef>

#include "proto/dkim/ascii.h"
#include "proto/dkim/hex.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEF";

}  // namespace

std::string EncodeQuotedPrintable(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (IsAsciiVisible(c) && c != ';' && c != '=') {
      encoded += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    encoded += '=';
    encoded += kDigits[octet >> 4U];
    encoded += kDigits[octet & 0x0FU];
  }
  return encoded;
}

std::optional<std::string> DecodeQuotedPrintable(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    if (text.front() != '=') {
      decoded += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto octet = DecodeHex(text.substr(1, 2));
    if (!octet || octet->empty()) return std::nullopt;
    decoded += *octet;
    text.remove_prefix(3);
  }
  return decoded;
}

}  // namespace dkimkeeper
