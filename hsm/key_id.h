// The name of a key pair inside a token.
#ifndef HSM_KEY_ID_H_
#define HSM_KEY_ID_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// CKA_ID of both halves of a key pair (PKCS#11 2.40 §4.9): 16 random bytes for keys born here; 1 to
// 32 bytes, as read back, for adopted ones. A value: copies, compares, hashes.
class KeyId {
 public:
  // INVALID_ARGUMENT/BAD_KEY_ID unless 1 to 32 bytes.
  [[nodiscard]] static Result<KeyId> FromBytes(std::string_view bytes);
  // INVALID_ARGUMENT/BAD_KEY_ID unless 2 to 64 hexadecimal digits, an even number.
  [[nodiscard]] static Result<KeyId> FromHex(std::string_view hex);
  // One zero byte: a value to hold a place, no key's name.
  [[nodiscard]] static KeyId Zero() { return KeyId(std::string(1, '\0')); }
  // 16 bytes from the system's random generator.
  [[nodiscard]] static KeyId Random();

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::string ToHex() const;

  friend auto operator<=>(const KeyId&, const KeyId&) = default;

 private:
  explicit KeyId(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

}  // namespace dkimkeeper

template <>
struct std::hash<dkimkeeper::KeyId> {
  std::size_t operator()(const dkimkeeper::KeyId& id) const noexcept {
    return std::hash<std::string>{}(id.bytes());
  }
};

#endif  // HSM_KEY_ID_H_
