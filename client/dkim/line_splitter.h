// Lines of a message that comes in chunks: RFC 5322 §2.3 and RFC 6376 §5.3, normalisation.
#ifndef CLIENT_DKIM_LINE_SPLITTER_H_
#define CLIENT_DKIM_LINE_SPLITTER_H_

#include <cstdint>
#include <string_view>

#include "dkimkeeper/message_signer.h"
#include "proto/result.h"

namespace dkimkeeper {

// Part of one line: text without any CR or LF, and whether the line ends after it.
struct LinePiece {
  std::string_view text;
  bool ends_line = false;
};

// Finds line ends, however the octets are chunked, and refuses or repairs a CR or LF that stands
// alone. Keeps no text: its memory is one flag. Not thread-safe.
class LineSplitter {
 public:
  // `part` is where the lines are from, for error texts: "header" or "body"; must be a literal.
  LineSplitter(std::string_view part, BareNewline bare_newline)
      : part_(part), bare_newline_(bare_newline) {}

  // Takes a piece, at most 256 octets, off the front of `input`, which is not empty. A CR at the
  // very end of `input` is held until the next call. All text before an offending octet is given
  // out before the error, so that results do not depend on the chunks.
  // INVALID_ARGUMENT/BAD_MESSAGE: a bare CR or LF with BareNewline::kRefuse.
  [[nodiscard]] Result<LinePiece> Next(std::string_view& input);

  // The input is over: what a CR held back means. Errors as for Next.
  [[nodiscard]] Result<LinePiece> Finish();

  // The number of the line that the next piece belongs to, from 1.
  [[nodiscard]] std::uint64_t line() const { return line_; }

 private:
  LinePiece EndLine(std::string_view text);
  Result<LinePiece> AfterHeldCr(std::string_view& input);
  Result<LinePiece> BareNewlineAt(std::string_view& input, std::size_t position);

  std::string_view part_;
  BareNewline bare_newline_;
  bool held_cr_ = false;
  std::uint64_t line_ = 1;
};

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_LINE_SPLITTER_H_
