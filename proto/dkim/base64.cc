#include "proto/dkim/base64.h"

#include <openssl/evp.h>

#include <climits>

#include "proto/dkim/ascii.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// OpenSSL counts in int; nothing DKIM encodes comes near.
constexpr std::size_t kMaxOctets = INT_MAX / 2;

const unsigned char* Octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

tl::unexpected<Error> BadBase64(std::string message) {
  return Fail(Code::kInvalidArgument, reason::kBadBase64, std::move(message));
}

}  // namespace

std::string EncodeBase64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock adds a NUL
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), Octets(bytes),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

Result<std::string> DecodeBase64(std::string_view text) {
  const std::string digits = RemoveFoldingSpace(text);
  if (digits.size() > kMaxOctets) return BadBase64("the base64 text is too long to decode");
  if (digits.size() % 4 != 0) {
    return BadBase64("the base64 text is cut short: its length is no multiple of 4");
  }
  std::string bytes(digits.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), Octets(digits),
                                   static_cast<int>(digits.size()));
  if (size < 0) return BadBase64("the base64 text has a character outside the alphabet");
  // EVP_DecodeBlock leaves the octets of the padding in.
  if (digits.ends_with("==")) {
    bytes.resize(bytes.size() - 2);
  } else if (digits.ends_with('=')) {
    bytes.resize(bytes.size() - 1);
  }
  // It is lenient about padding, control characters and left-over bits: only what encodes to the
  // same text is taken.
  if (EncodeBase64(bytes) != digits) return BadBase64("the base64 text is not canonical");
  return bytes;
}

}  // namespace dkimkeeper
