// Hexadecimal, for identifiers and digests that people read.
#ifndef PROTO_DKIM_HEX_H_
#define PROTO_DKIM_HEX_H_

#include <optional>
#include <string>
#include <string_view>

namespace dkimkeeper {

// Lower-case, two digits a byte.
[[nodiscard]] std::string EncodeHex(std::string_view bytes);

// Any letter case; nothing for an odd length or another character.
[[nodiscard]] std::optional<std::string> DecodeHex(std::string_view hex);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_HEX_H_
