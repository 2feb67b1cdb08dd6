// Tag lists: `name=value; name=value` (RFC 6376 §3.2).
#ifndef PROTO_DKIM_TAG_LIST_H_
#define PROTO_DKIM_TAG_LIST_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"

namespace dkimkeeper {

struct Tag {
  std::string name;   // case-sensitive, ALPHA *ALNUMPUNC
  std::string value;  // without white space at either end; folding inside is kept
  friend bool operator==(const Tag&, const Tag&) = default;
};

// An ordered list of tags with distinct names. A value.
class TagList {
 public:
  // INVALID_ARGUMENT/BAD_TAG_LIST: a duplicate name, a missing `=`, a bad name or value octet.
  // A trailing `;` is allowed (RFC 6376 §3.2).
  [[nodiscard]] static Result<TagList> Parse(std::string_view text);

  [[nodiscard]] const std::vector<Tag>& tags() const { return tags_; }
  [[nodiscard]] std::optional<std::string_view> Find(std::string_view name) const;

  // `name=value; name=value`, unfolded. Parse(ToString()) gives an equal list.
  [[nodiscard]] std::string ToString() const;

  friend bool operator==(const TagList&, const TagList&) = default;

 private:
  explicit TagList(std::vector<Tag> tags) : tags_(std::move(tags)) {}
  std::vector<Tag> tags_;
};

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_TAG_LIST_H_
