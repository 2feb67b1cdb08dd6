// One header field as it stands in the message (RFC 5322 §2.2).
#ifndef CLIENT_DKIM_HEADER_FIELD_H_
#define CLIENT_DKIM_HEADER_FIELD_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "dkimkeeper/message_signer.h"
#include "proto/result.h"

namespace dkimkeeper {

// A field name: one or more printable ASCII characters except the colon (RFC 5322 §3.6.8).
[[nodiscard]] bool IsFieldName(std::string_view name);

// Name, colon, value; folds are CRLF followed by white space; no final CRLF. A value.
//
// White space between name and colon is accepted, as in RFC 6376 §3.4.5 (RFC 5322 §4.5.8 calls it
// obsolete): "relaxed" removes it, "simple" keeps it.
class HeaderField {
 public:
  // `text` holds no CR or LF except in folds. `where` starts the error text, e.g. "Line 3 of the
  // header". INVALID_ARGUMENT/BAD_MESSAGE: no colon, no name, or a bad octet in the name.
  [[nodiscard]] static Result<HeaderField> Parse(std::string text, std::string_view where);

  // `value` may be folded by CRLF or by LF alone, whatever `bare_newline` says of a bare CR.
  // INVALID_ARGUMENT/BAD_MESSAGE: as above; a line end that no white space follows, which would
  // start another field; a bare CR with kRefuse.
  [[nodiscard]] static Result<HeaderField> FromParts(std::string_view name, std::string_view value,
                                                     BareNewline bare_newline,
                                                     std::string_view where);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string_view name() const { return {text_.data(), name_size_}; }
  // Everything after the colon, leading white space included.
  [[nodiscard]] std::string_view value() const {
    return std::string_view(text_).substr(colon_ + 1);
  }

 private:
  HeaderField(std::string text, std::size_t name_size, std::size_t colon)
      : text_(std::move(text)), name_size_(name_size), colon_(colon) {}

  std::string text_;
  std::size_t name_size_;
  std::size_t colon_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_HEADER_FIELD_H_
