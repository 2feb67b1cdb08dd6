#include "server/access/group.h"

#include <algorithm>
#include <cstddef>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxName = 64;

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

Result<GroupName> GroupName::Parse(std::string_view text) {
  const bool prefixed = text.starts_with(kPrefix);
  const std::string_view name = prefixed ? text.substr(kPrefix.size()) : std::string_view();
  if (name.empty() || name.size() > kMaxName || !std::ranges::all_of(name, IsNameCharacter)) {
    return Fail(Code::kInvalidArgument, reason::kBadGroup,
                "a group is written group:NAME, with 1 to 64 of a-z, 0-9, \".\", \"_\" and \"-\"");
  }
  return GroupName(std::string(text));
}

Result<GroupMember> GroupMember::Parse(std::string_view text) {
  if (text.find(':') == std::string_view::npos) {
    const auto domain = Domain::Parse(text);
    if (!domain) return Forward(domain);
    return GroupMember(*domain);
  }
  const auto identity = Identity::Parse(text);
  if (!identity) return Forward(identity);
  return GroupMember(*identity);
}

}  // namespace dkimkeeper
