#include "hsm/key_id.h"

#include <openssl/rand.h>

#include <cstdlib>

#include "proto/dkim/hex.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kBornHereSize = 16;
constexpr std::size_t kMaxSize = 32;

}  // namespace

Result<KeyId> KeyId::FromBytes(std::string_view bytes) {
  if (bytes.empty() || bytes.size() > kMaxSize) {
    return Fail(
        Code::kInvalidArgument, reason::kBadKeyId,
        "A key id is 1 to 32 bytes long, this one has " + std::to_string(bytes.size()) + ".");
  }
  return KeyId(std::string(bytes));
}

Result<KeyId> KeyId::FromHex(std::string_view hex) {
  const std::optional<std::string> bytes = DecodeHex(hex);
  if (!bytes) {
    return Fail(Code::kInvalidArgument, reason::kBadKeyId,
                "A key id is written as an even number of hexadecimal digits.");
  }
  return FromBytes(*bytes);
}

KeyId KeyId::Random() {
  std::string bytes(kBornHereSize, '\0');
  // Without random numbers nothing here can be trusted: that is no condition to carry on in.
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) !=
      1) {
    std::abort();
  }
  return KeyId(std::move(bytes));
}

std::string KeyId::ToHex() const { return EncodeHex(bytes_); }

}  // namespace dkimkeeper
