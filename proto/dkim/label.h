// One label of a host name, selector or sender: RFC 1035 §2.3.1 as widened by RFC 1123 §2.1, which
// is also `sub-domain` of RFC 5321 §4.1.2.
#ifndef PROTO_DKIM_LABEL_H_
#define PROTO_DKIM_LABEL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dkimkeeper {

inline constexpr std::size_t kMaxLabelOctets = 63;
inline constexpr std::size_t kMaxNameOctets = 253;  // without the trailing dot

// Underscores are outside the sub-domain syntax, yet some installed bases use them in selectors.
enum class Underscore : std::uint8_t { kRefused, kAllowed };

// What keeps `label` from being 1 to 63 letters, digits and inner hyphens; nothing if it is. Reads
// on after a subject: "is empty", "contains '!'", "begins with a hyphen".
[[nodiscard]] std::optional<std::string> LabelFault(std::string_view label,
                                                    Underscore underscore = Underscore::kRefused);

// The parts between separators; an empty part stays a part.
[[nodiscard]] std::vector<std::string_view> Split(std::string_view text, char separator);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_LABEL_H_
