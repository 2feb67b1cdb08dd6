#include "client/dkim/header_field.h"

#include <algorithm>

#include "client/dkim/white_space.h"
#include "proto/dkim/ascii.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> BadField(std::string_view where, std::string_view what) {
  return Fail(Code::kInvalidArgument, reason::kBadMessage,
              std::string(where) + " " + std::string(what));
}

// `value` with each line end made CRLF and checked to be a fold.
Result<std::string> NormalizeFolds(std::string_view value, BareNewline bare_newline,
                                   std::string_view where) {
  std::string folded;
  folded.reserve(value.size());
  while (!value.empty()) {
    const std::size_t end = std::min(value.find_first_of("\r\n"), value.size());
    folded.append(value.substr(0, end));
    value.remove_prefix(end);
    if (value.empty()) break;
    const bool crlf = value.substr(0, 2) == "\r\n";
    if (value.front() == '\r' && !crlf && bare_newline == BareNewline::kRefuse) {
      return BadField(where, "contains a CR that no LF follows; fold with CRLF or LF.");
    }
    value.remove_prefix(crlf ? 2 : 1);
    if (value.empty() || !IsWsp(value.front())) {
      return BadField(where,
                      "has a line end that no space or tab follows; give one field at a time, "
                      "without its final line end.");
    }
    folded.append("\r\n");
  }
  return folded;
}

}  // namespace

bool IsFieldName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](char c) { return IsAsciiVisible(c) && c != ':'; });
}

Result<HeaderField> HeaderField::Parse(std::string text, std::string_view where) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) {
    return BadField(where, "has no colon; a message is a header, an empty line and a body.");
  }
  const std::string_view name = TrimTrailingWsp(std::string_view(text).substr(0, colon));
  if (name.empty()) return BadField(where, "has no field name before its colon.");
  if (!IsFieldName(name)) {
    return BadField(where,
                    "has a field name with a space or another character that is not printable "
                    "ASCII.");
  }
  const std::size_t name_size = name.size();
  return HeaderField(std::move(text), name_size, colon);
}

Result<HeaderField> HeaderField::FromParts(std::string_view name, std::string_view value,
                                           BareNewline bare_newline, std::string_view where) {
  if (name.find_first_of(":\r\n") != std::string_view::npos) {
    return BadField(where, "has a colon or a line end in its name.");
  }
  const Result<std::string> folded = NormalizeFolds(value, bare_newline, where);
  if (!folded) return Forward(folded);
  return Parse(std::string(name) + ":" + *folded, where);
}

}  // namespace dkimkeeper
