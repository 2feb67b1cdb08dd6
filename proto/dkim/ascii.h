// Octet classes of the mail and DNS grammars (RFC 5234 appendix B.1), whatever the locale.
#ifndef PROTO_DKIM_ASCII_H_
#define PROTO_DKIM_ASCII_H_

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace dkimkeeper {

[[nodiscard]] constexpr bool IsAsciiUpper(char c) { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool IsAsciiAlpha(char c) {
  return IsAsciiUpper(c) || (c >= 'a' && c <= 'z');
}
[[nodiscard]] constexpr bool IsAsciiAlnum(char c) { return IsAsciiAlpha(c) || IsAsciiDigit(c); }
[[nodiscard]] constexpr bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// VCHAR: 0x21 to 0x7E.
[[nodiscard]] constexpr bool IsAsciiVisible(char c) { return c > 0x20 && c < 0x7F; }

// WSP, and the CR and LF of a fold.
[[nodiscard]] constexpr bool IsFoldingSpace(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

[[nodiscard]] constexpr char ToAsciiLower(char c) {
  return IsAsciiUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] inline std::string ToAsciiLower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return ToAsciiLower(c); });
  return lower;
}

[[nodiscard]] constexpr bool EqualsIgnoringAsciiCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ToAsciiLower(x) == ToAsciiLower(y); });
}

// Without the white space and folds at either end.
[[nodiscard]] constexpr std::string_view TrimFoldingSpace(std::string_view text) {
  while (!text.empty() && IsFoldingSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsFoldingSpace(text.back())) text.remove_suffix(1);
  return text;
}

// Without any white space or fold.
[[nodiscard]] inline std::string RemoveFoldingSpace(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  std::copy_if(text.begin(), text.end(), std::back_inserter(kept),
               [](char c) { return !IsFoldingSpace(c); });
  return kept;
}

// For error texts: `'!'` where it is visible, else `octet 0x0a`; never a raw control character.
[[nodiscard]] std::string DescribeOctet(char c);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_ASCII_H_
