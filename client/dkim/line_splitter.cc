#include "client/dkim/line_splitter.h"

#include <string>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// Two searches look ahead for each line; without a bound, a long chunk of bare CRs would be
// searched to its end once for every octet.
constexpr std::size_t kMaxPiece = 256;

}  // namespace

LinePiece LineSplitter::EndLine(std::string_view text) {
  ++line_;
  return {text, true};
}

Result<LinePiece> LineSplitter::AfterHeldCr(std::string_view& input) {
  const bool is_crlf = !input.empty() && input.front() == '\n';
  if (!is_crlf && bare_newline_ == BareNewline::kRefuse) {
    return Fail(Code::kInvalidArgument, reason::kBadMessage,
                "Line " + std::to_string(line_) + " of the " + std::string(part_) +
                    " contains a CR that no LF follows; send lines ended by CRLF, or ask for bare "
                    "newlines to be fixed.");
  }
  held_cr_ = false;
  if (is_crlf) input.remove_prefix(1);
  return EndLine({});
}

// input[position] is an LF without a CR before it, or a CR without an LF after it.
Result<LinePiece> LineSplitter::BareNewlineAt(std::string_view& input, std::size_t position) {
  const std::string_view text = input.substr(0, position);
  if (bare_newline_ == BareNewline::kFix) {
    input.remove_prefix(position + 1);
    return EndLine(text);
  }
  input.remove_prefix(position);
  if (!text.empty()) return LinePiece{text, false};
  return Fail(Code::kInvalidArgument, reason::kBadMessage,
              "Line " + std::to_string(line_) + " of the " + std::string(part_) +
                  (input.front() == '\n' ? " ends with an LF that no CR precedes"
                                         : " contains a CR that no LF follows") +
                  "; send lines ended by CRLF, or ask for bare newlines to be fixed.");
}

Result<LinePiece> LineSplitter::Next(std::string_view& input) {
  if (held_cr_) return AfterHeldCr(input);
  const std::string_view window = input.substr(0, kMaxPiece);
  const std::size_t lf = window.find('\n');
  const std::string_view line = window.substr(0, lf);
  const std::size_t cr = line.find('\r');
  if (cr == std::string_view::npos) {
    if (lf != std::string_view::npos) return BareNewlineAt(input, lf);
    input.remove_prefix(line.size());
    return LinePiece{line, false};
  }
  if (cr + 1 < line.size()) return BareNewlineAt(input, cr);
  input.remove_prefix(cr + 1);
  if (lf == std::string_view::npos) {
    held_cr_ = true;
    return LinePiece{line.substr(0, cr), false};
  }
  input.remove_prefix(1);
  return EndLine(line.substr(0, cr));
}

Result<LinePiece> LineSplitter::Finish() {
  if (!held_cr_) return LinePiece{};
  std::string_view nothing;
  return AfterHeldCr(nothing);
}

}  // namespace dkimkeeper
