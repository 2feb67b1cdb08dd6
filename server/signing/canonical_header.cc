#include "server/signing/canonical_header.h"

#include <algorithm>
#include <optional>

#include "proto/dkim/ascii.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kSignatureName = "DKIM-Signature";

bool IsWhiteSpace(char c) { return c == ' ' || c == '\t'; }

tl::unexpected<Error> Bad(const std::string& fault) {
  return Fail(Code::kInvalidArgument, reason::kBadHeaders, "the header block " + fault);
}

// A CR or LF that is half a line end.
bool HasLoneLineEnd(std::string_view block) {
  for (std::size_t at = block.find_first_of(kLineEnd); at != std::string_view::npos;
       at = block.find_first_of(kLineEnd, at + kLineEnd.size())) {
    if (block.substr(at, kLineEnd.size()) != kLineEnd) return true;
  }
  return false;
}

// Where the field that begins the text ends: before a CRLF that is no fold; or at its end.
std::size_t EndOfField(std::string_view text) {
  std::size_t end = text.find(kLineEnd);
  while (end != std::string_view::npos && end + 2 < text.size() && IsWhiteSpace(text[end + 2])) {
    end = text.find(kLineEnd, end + 2);
  }
  return std::min(end, text.size());
}

std::optional<CanonicalField> FieldOf(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view name = text.substr(0, colon);
  while (!name.empty() && IsWhiteSpace(name.back())) name.remove_suffix(1);
  if (name.empty() || !std::ranges::all_of(name, IsAsciiVisible)) return std::nullopt;
  return CanonicalField{name, text.substr(colon + 1)};
}

}  // namespace

Result<CanonicalHeader> CanonicalHeader::Split(std::string_view block) {
  if (HasLoneLineEnd(block)) return Bad("has a CR or LF that stands alone");
  CanonicalHeader split;
  while (true) {
    const std::size_t end = EndOfField(block);
    const auto field = FieldOf(block.substr(0, end));
    if (!field) {
      return Bad("has no field name and colon in field " + std::to_string(split.fields.size() + 1) +
                 "; it ends with the DKIM-Signature field, without CRLF");
    }
    if (end == block.size()) {
      split.signature = *field;
      break;
    }
    split.fields.push_back(*field);
    block.remove_prefix(end + kLineEnd.size());
  }
  if (EqualsIgnoringAsciiCase(split.signature.name, kSignatureName)) return split;
  return Bad("does not end with the DKIM-Signature field");
}

Outcome CheckCanonical(std::string_view block, Canonicalization canonicalization) {
  if (canonicalization == Canonicalization::kSimple) return {};
  const auto bad = [] { return Bad("is not as c=relaxed says"); };
  while (true) {
    const std::size_t end = std::min(block.find(kLineEnd), block.size());
    const std::string_view field = block.substr(0, end);
    const std::size_t colon = std::min(field.find(':'), field.size());
    const std::string_view name = field.substr(0, colon);
    const std::string_view value = field.substr(std::min(colon + 1, field.size()));
    if (std::ranges::any_of(name, [](char c) { return IsAsciiUpper(c) || IsWhiteSpace(c); }) ||
        value.starts_with(' ') || value.ends_with(' ') || field.find('\t') != field.npos ||
        value.find("  ") != value.npos) {
      return bad();
    }
    if (end == block.size()) return {};
    block.remove_prefix(end + kLineEnd.size());
  }
}

}  // namespace dkimkeeper
