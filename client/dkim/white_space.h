// WSP: space and horizontal tab (RFC 6376 §2.8).
#ifndef CLIENT_DKIM_WHITE_SPACE_H_
#define CLIENT_DKIM_WHITE_SPACE_H_

#include <cstddef>
#include <string_view>

namespace dkimkeeper {

[[nodiscard]] constexpr bool IsWsp(char c) { return c == ' ' || c == '\t'; }

[[nodiscard]] constexpr std::string_view TrimLeadingWsp(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size() && IsWsp(text[begin])) ++begin;
  return text.substr(begin);
}

[[nodiscard]] constexpr std::string_view TrimTrailingWsp(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0 && IsWsp(text[end - 1])) --end;
  return text.substr(0, end);
}

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_WHITE_SPACE_H_
