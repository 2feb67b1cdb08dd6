// From the octets of a message to its header block (RFC 5322 §2.1 and §2.2.3).
#ifndef CLIENT_DKIM_HEADER_PARSER_H_
#define CLIENT_DKIM_HEADER_PARSER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "client/dkim/header_block.h"
#include "client/dkim/line_splitter.h"
#include "dkimkeeper/message_signer.h"
#include "proto/result.h"

namespace dkimkeeper {

// Reads chunks of any size up to the empty line between header and body. Not thread-safe; `block`
// must outlive this.
class HeaderParser {
 public:
  HeaderParser(BareNewline bare_newline, HeaderBlock& block)
      : lines_("header", bare_newline), block_(&block) {}

  // Answers what is left of `chunk` once the header is complete (the start of the body), else
  // nothing. INVALID_ARGUMENT/BAD_MESSAGE: see LineSplitter, HeaderField and HeaderBlock; and a
  // first line that starts with white space. Errors name the line, never its content.
  [[nodiscard]] Result<std::string_view> Append(std::string_view chunk);

  // The message is over: a header without an empty line, or without a final CRLF, is complete.
  [[nodiscard]] Outcome Finish();

  [[nodiscard]] bool complete() const { return complete_; }

 private:
  Outcome Feed(const LinePiece& piece);
  Outcome StartLine(char first);
  Outcome StoreField();

  LineSplitter lines_;
  HeaderBlock* block_;
  std::string field_;             // the field being read, folds included
  std::uint64_t field_line_ = 0;  // the line it started in; 0: no field yet
  std::uint64_t line_ = 1;        // the line being read
  bool at_line_start_ = true;
  bool complete_ = false;
};

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_HEADER_PARSER_H_
