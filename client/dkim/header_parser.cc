#include "client/dkim/header_parser.h"

#include <utility>

#include "client/dkim/white_space.h"
#include "proto/reason.h"

namespace dkimkeeper {

Outcome HeaderParser::StoreField() {
  if (field_line_ == 0) return {};
  const std::string where = "Line " + std::to_string(field_line_) + " of the header";
  Result<HeaderField> field = HeaderField::Parse(std::exchange(field_, {}), where);
  if (!field) return Forward(field);
  return block_->Add(*std::move(field));
}

Outcome HeaderParser::StartLine(char first) {
  at_line_start_ = false;
  if (!IsWsp(first)) {
    if (Outcome stored = StoreField(); !stored) return stored;
    field_line_ = line_;
    return {};
  }
  if (field_line_ == 0) {
    return Fail(Code::kInvalidArgument, reason::kBadMessage,
                "Line 1 of the header starts with white space, but there is no field to continue.");
  }
  field_.append("\r\n");
  return {};
}

Outcome HeaderParser::Feed(const LinePiece& piece) {
  if (!piece.text.empty()) {
    if (at_line_start_) {
      if (Outcome started = StartLine(piece.text.front()); !started) return started;
    }
    if (Outcome room = block_->CheckRoom(field_.size() + piece.text.size()); !room) return room;
    field_.append(piece.text);
  }
  if (!piece.ends_line) return {};
  ++line_;
  if (!std::exchange(at_line_start_, true)) return {};
  complete_ = true;
  return StoreField();
}

Result<std::string_view> HeaderParser::Append(std::string_view chunk) {
  while (!chunk.empty() && !complete_) {
    const Result<LinePiece> piece = lines_.Next(chunk);
    if (!piece) return Forward(piece);
    if (Outcome fed = Feed(*piece); !fed) return Forward(fed);
  }
  return chunk;
}

Outcome HeaderParser::Finish() {
  if (complete_) return {};
  const Result<LinePiece> piece = lines_.Finish();
  if (!piece) return Forward(piece);
  if (Outcome fed = Feed(*piece); !fed) return fed;
  if (std::exchange(complete_, true)) return {};
  return StoreField();
}

}  // namespace dkimkeeper
