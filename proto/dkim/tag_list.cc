#include "proto/dkim/tag_list.h"

#include <algorithm>

#include "proto/dkim/ascii.h"
#include "proto/dkim/label.h"
#include "proto/dkim/utf8.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> BadTagList(const std::string& fault) {
  return Fail(Code::kInvalidArgument, reason::kBadTagList, "the tag list " + fault);
}

// White space, and folds: a CR or LF counts only as a line end that white space follows. A mail
// filter gets folds as LF alone.
bool IsFoldedWell(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '\r' && next != '\n') return false;
    if (text[i] == '\n' && next != ' ' && next != '\t') return false;
  }
  return true;
}

bool IsTagName(std::string_view name) {
  return !name.empty() && IsAsciiAlpha(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return IsAsciiAlnum(c) || c == '_'; });
}

// tval: VALCHAR and white space; RFC 8616 §5 adds UTF-8. Semicolons were split off before.
bool IsTagValueOctet(char c) { return IsAsciiVisible(c) || IsFoldingSpace(c) || !IsAscii(c); }

Result<Tag> ParseTag(std::string_view spec) {
  const std::size_t equals = spec.find('=');
  if (equals == std::string_view::npos) return BadTagList("has an entry without '='");
  const std::string_view name = TrimFoldingSpace(spec.substr(0, equals));
  const std::string_view value = TrimFoldingSpace(spec.substr(equals + 1));
  if (!IsTagName(name))
    return BadTagList(
        "has a tag name that is not a letter, then letters, "
        "digits and underscores");
  const auto bad = std::find_if_not(value.begin(), value.end(), IsTagValueOctet);
  if (bad != value.end() || !IsUtf8(value)) {
    return BadTagList("has a control character or bad UTF-8 in " + std::string(name) + "=");
  }
  return Tag{std::string(name), std::string(value)};
}

}  // namespace

Result<TagList> TagList::Parse(std::string_view text) {
  if (!IsFoldedWell(text)) return BadTagList("has a line end that is not a fold");
  auto specs = Split(text, ';');
  // A list may end in ';', and in practice white space follows it.
  if (specs.size() > 1 && TrimFoldingSpace(specs.back()).empty()) specs.pop_back();
  std::vector<Tag> tags;
  tags.reserve(specs.size());
  for (const std::string_view spec : specs) {
    auto tag = ParseTag(spec);
    if (!tag) return Forward(tag);
    const auto same = [&](const Tag& other) { return other.name == tag->name; };
    if (std::any_of(tags.begin(), tags.end(), same)) {
      return BadTagList("has the tag " + tag->name + "= twice");
    }
    tags.push_back(*std::move(tag));
  }
  return TagList(std::move(tags));
}

std::optional<std::string_view> TagList::Find(std::string_view name) const {
  const auto found =
      std::find_if(tags_.begin(), tags_.end(), [&](const Tag& tag) { return tag.name == name; });
  if (found == tags_.end()) return std::nullopt;
  return found->value;
}

std::string TagList::ToString() const {
  std::string text;
  for (const Tag& tag : tags_) {
    if (!text.empty()) text += "; ";
    text += tag.name + "=" + tag.value;
  }
  return text;
}

}  // namespace dkimkeeper
