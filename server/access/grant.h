// A right: who, verb, scope.
#ifndef SERVER_ACCESS_GRANT_H_
#define SERVER_ACCESS_GRANT_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/dkim/domain.h"
#include "proto/dkim/sender.h"
#include "proto/result.h"
#include "server/access/group.h"
#include "server/access/identity.h"

namespace dkimkeeper {

enum class Verb : std::uint8_t { kSign, kRotate, kAudit, kAdminister };

// "sign", "rotate", "audit", "administer".
[[nodiscard]] std::string_view VerbName(Verb verb);
// INVALID_ARGUMENT/BAD_VERB.
[[nodiscard]] Result<Verb> ParseVerb(std::string_view name);

// A domain and sender; a domain and all its senders; the same of all domains of a group; or
// everything. A value.
class Scope {
 public:
  [[nodiscard]] static Scope Everything() { return Scope({}, {}, {}); }
  [[nodiscard]] static Scope AllOf(Domain domain) { return Scope(std::move(domain), {}, {}); }
  [[nodiscard]] static Scope Of(Domain domain, Sender sender) {
    return Scope(std::move(domain), {}, std::move(sender));
  }
  // Without a sender all of them.
  [[nodiscard]] static Scope OfGroup(GroupName group, std::optional<Sender> sender) {
    return Scope({}, std::move(group), std::move(sender));
  }
  // `domain` and `sender` as people write them, "*" for all, "group:…" for a group of domains; an
  // empty sender is "default", or "*" with the domain "*". INVALID_ARGUMENT/BAD_SCOPE for a sender
  // of every domain, /BAD_DOMAIN, /BAD_GROUP, /BAD_SENDER.
  [[nodiscard]] static Result<Scope> Parse(std::string_view domain, std::string_view sender);

  // At most one of the two; neither: everything.
  [[nodiscard]] const std::optional<Domain>& domain() const { return domain_; }
  [[nodiscard]] const std::optional<GroupName>& group() const { return group_; }
  [[nodiscard]] const std::optional<Sender>& sender() const { return sender_; }
  // "*", "example.com", "group:payroll".
  [[nodiscard]] std::string PlaceText() const;
  // "*", "default".
  [[nodiscard]] std::string SenderText() const { return sender_ ? sender_->str() : "*"; }
  // "*", "example.com/*", "example.com/default", "group:payroll/*".
  [[nodiscard]] std::string ToString() const;

  friend auto operator<=>(const Scope&, const Scope&) = default;

 private:
  Scope(std::optional<Domain> domain, std::optional<GroupName> group, std::optional<Sender> sender)
      : domain_(std::move(domain)), group_(std::move(group)), sender_(std::move(sender)) {}
  std::optional<Domain> domain_;
  std::optional<GroupName> group_;
  std::optional<Sender> sender_;
};

// Who holds a grant: an identity, or each one of a group. A value.
class Grantee {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): an identity is the common case
  Grantee(const Identity& identity) : text_(identity.str()) {}
  explicit Grantee(const GroupName& group) : text_(group.str()) {}
  // As people write them. BAD_IDENTITY, BAD_GROUP.
  [[nodiscard]] static Result<Grantee> Parse(std::string_view text);

  [[nodiscard]] bool is_group() const { return text_.starts_with(GroupName::kPrefix); }
  [[nodiscard]] const std::string& str() const { return text_; }
  friend auto operator<=>(const Grantee&, const Grantee&) = default;

 private:
  std::string text_;
};

// A value; sorts by identity, verb, scope.
struct Grant {
  Grantee identity;
  Verb verb = Verb::kSign;
  Scope scope;
  friend auto operator<=>(const Grant&, const Grant&) = default;
};

}  // namespace dkimkeeper

#endif  // SERVER_ACCESS_GRANT_H_
