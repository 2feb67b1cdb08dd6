// Groups of identities and groups of domains, which stand in a grant for all their members.
#ifndef SERVER_ACCESS_GROUP_H_
#define SERVER_ACCESS_GROUP_H_

#include <compare>
#include <string>
#include <string_view>
#include <utility>

#include "proto/dkim/domain.h"
#include "proto/result.h"
#include "server/access/identity.h"

namespace dkimkeeper {

// "group:payroll": behind the colon 1 to 64 of a-z, 0-9, ".", "_" and "-". A value.
class GroupName {
 public:
  static constexpr std::string_view kPrefix = "group:";
  // INVALID_ARGUMENT/BAD_GROUP.
  [[nodiscard]] static Result<GroupName> Parse(std::string_view text);

  [[nodiscard]] const std::string& str() const { return text_; }
  friend auto operator<=>(const GroupName&, const GroupName&) = default;

 private:
  explicit GroupName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// An identity or a domain; their texts are never alike. A value.
class GroupMember {
 public:
  explicit GroupMember(const Identity& identity) : text_(identity.str()), is_identity_(true) {}
  explicit GroupMember(const Domain& domain) : text_(domain.str()), is_identity_(false) {}
  // As people write them: what has a colon is an identity. BAD_IDENTITY, BAD_DOMAIN.
  [[nodiscard]] static Result<GroupMember> Parse(std::string_view text);

  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] bool is_identity() const { return is_identity_; }
  friend auto operator<=>(const GroupMember&, const GroupMember&) = default;

 private:
  std::string text_;
  bool is_identity_;
};

// A group is its members: without any it does not exist. All are of one kind. Groups are no members
// of groups. A value; sorts by group.
struct Membership {
  GroupName group;
  GroupMember member;
  friend auto operator<=>(const Membership&, const Membership&) = default;
};

}  // namespace dkimkeeper

#endif  // SERVER_ACCESS_GROUP_H_
