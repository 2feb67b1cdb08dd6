// Well-formed UTF-8 (RFC 3629 §4).
#ifndef PROTO_DKIM_UTF8_H_
#define PROTO_DKIM_UTF8_H_

#include <cstddef>
#include <string_view>

namespace dkimkeeper {

// Length in octets, 1 to 4, of the character that `text` begins with; 0 where it begins with none:
// it is empty, cut short, over-long, a surrogate or above U+10FFFF.
[[nodiscard]] std::size_t Utf8CharacterSize(std::string_view text);

[[nodiscard]] bool IsUtf8(std::string_view text);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_UTF8_H_
