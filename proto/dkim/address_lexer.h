// The words of an address field (RFC 5322 §3.2, §4.1): atoms, quoted strings and specials.
#ifndef PROTO_DKIM_ADDRESS_LEXER_H_
#define PROTO_DKIM_ADDRESS_LEXER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dkimkeeper {

enum class AddressTokenKind : std::uint8_t {
  kAtom,           // 1*atext, octets above 127 included (RFC 6532 §3.2)
  kQuotedString,   // without the quotes, quoted pairs and folds undone
  kDomainLiteral,  // without the brackets
  kSpecial,        // one of < > @ , ; : .
};

struct AddressToken {
  AddressTokenKind kind;
  std::string text;
  friend bool operator==(const AddressToken&, const AddressToken&) = default;
};

// The tokens of a field body, folded or not; white space and comments (nested, too) separate them
// and are dropped. Nothing where the text has no such reading: an open quote, comment or bracket,
// a control character, a line end that is no fold.
[[nodiscard]] std::optional<std::vector<AddressToken>> LexAddress(std::string_view text);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_ADDRESS_LEXER_H_
