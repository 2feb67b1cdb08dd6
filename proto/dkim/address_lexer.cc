#include "proto/dkim/address_lexer.h"

#include <cstddef>

#include "proto/dkim/ascii.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kAtomPunctuation = "!#$%&'*+-/=?^_`{|}~";
constexpr std::string_view kSpecials = "<>@,;:.";

bool IsAtomText(char c) {
  return IsAsciiAlnum(c) || !IsAscii(c) || kAtomPunctuation.find(c) != std::string_view::npos;
}

bool IsTextOctet(char c) { return c == ' ' || c == '\t' || IsAsciiVisible(c) || !IsAscii(c); }

// Reads the text from left to right. Not thread-safe; the text must outlive it.
class AddressLexer {
 public:
  explicit AddressLexer(std::string_view text) : rest_(text) {}

  std::optional<std::vector<AddressToken>> Run() {
    std::vector<AddressToken> tokens;
    for (;;) {
      if (!SkipSpaceAndComments()) return std::nullopt;
      if (rest_.empty()) return tokens;
      auto token = Next();
      if (!token) return std::nullopt;
      tokens.push_back(*std::move(token));
    }
  }

 private:
  char Take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  // A line end that white space follows; the white space stays. A mail filter gets LF alone.
  bool SkipFold() {
    const std::size_t end = rest_.starts_with("\r\n") ? 2 : rest_.starts_with('\n') ? 1 : 0;
    if (end == 0 || end == rest_.size()) return false;
    if (rest_[end] != ' ' && rest_[end] != '\t') return false;
    rest_.remove_prefix(end);
    return true;
  }

  // One octet of a quoted string, comment or literal into `text`, quoted pair and fold undone.
  bool TakeQuotable(std::string& text) {
    if (rest_.empty()) return false;
    if (SkipFold()) return true;
    if (rest_.front() == '\\') {
      Take();
      if (rest_.empty()) return false;
    }
    if (!IsTextOctet(rest_.front())) return false;
    text += Take();
    return true;
  }

  bool SkipComment() {
    std::size_t depth = 0;
    std::string ignored;
    do {
      if (rest_.empty()) return false;
      if (rest_.front() == '(') {
        ++depth;
        Take();
      } else if (rest_.front() == ')') {
        --depth;
        Take();
      } else if (!TakeQuotable(ignored)) {
        return false;
      }
    } while (depth > 0);
    return true;
  }

  bool SkipSpaceAndComments() {
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == ' ' || c == '\t') {
        Take();
      } else if (c == '(') {
        if (!SkipComment()) return false;
      } else if (!SkipFold()) {
        return true;  // a bare CR or LF is then no token either
      }
    }
    return true;
  }

  std::optional<AddressToken> TakeDelimited(AddressTokenKind kind, char close) {
    Take();
    std::string text;
    while (!rest_.starts_with(close)) {
      if (!TakeQuotable(text)) return std::nullopt;
    }
    Take();
    return AddressToken{kind, std::move(text)};
  }

  std::optional<AddressToken> Next() {
    const char c = rest_.front();
    if (c == '"') return TakeDelimited(AddressTokenKind::kQuotedString, '"');
    if (c == '[') return TakeDelimited(AddressTokenKind::kDomainLiteral, ']');
    if (kSpecials.find(c) != std::string_view::npos) {
      return AddressToken{AddressTokenKind::kSpecial, std::string(1, Take())};
    }
    std::string atom;
    while (!rest_.empty() && IsAtomText(rest_.front())) atom += Take();
    if (atom.empty()) return std::nullopt;
    return AddressToken{AddressTokenKind::kAtom, std::move(atom)};
  }

  std::string_view rest_;
};

}  // namespace

std::optional<std::vector<AddressToken>> LexAddress(std::string_view text) {
  return AddressLexer(text).Run();
}

}  // namespace dkimkeeper
