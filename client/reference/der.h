// The little of DER (X.690) that a reference file is written in, with every length checked.
#ifndef CLIENT_REFERENCE_DER_H_
#define CLIENT_REFERENCE_DER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dkimkeeper {

enum class DerTag : std::uint8_t {
  kOctetString = 0x04,
  kUtf8String = 0x0c,
  kSequence = 0x30,
};

// Tag, length, contents; at most 65,535 octets of contents, which is for the caller to see to.
[[nodiscard]] std::string DerElement(DerTag tag, std::string_view contents);

// Takes the element that `rest` begins with off it. Nothing where it begins with another tag, or
// its length is not written in the shortest way, or is more than there is; `rest` is as before
// then.
[[nodiscard]] std::optional<std::string_view> TakeDerElement(DerTag tag, std::string_view& rest);

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_DER_H_
