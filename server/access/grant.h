// A right: identity, verb, scope.
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
#include "server/access/identity.h"

namespace dkimkeeper {

enum class Verb : std::uint8_t { kSign, kRotate, kAudit, kAdminister };

// "sign", "rotate", "audit", "administer".
[[nodiscard]] std::string_view VerbName(Verb verb);
// INVALID_ARGUMENT/BAD_VERB.
[[nodiscard]] Result<Verb> ParseVerb(std::string_view name);

// A domain and sender; a domain and all its senders; or everything. A value.
class Scope {
 public:
  [[nodiscard]] static Scope Everything() { return Scope({}, {}); }
  [[nodiscard]] static Scope AllOf(Domain domain) { return Scope(std::move(domain), {}); }
  [[nodiscard]] static Scope Of(Domain domain, Sender sender) {
    return Scope(std::move(domain), std::move(sender));
  }
  // `domain` and `sender` as people write them, "*" for all; an empty sender is "default", or "*"
  // with the domain "*". INVALID_ARGUMENT/BAD_SCOPE for a sender of every domain, /BAD_DOMAIN,
  // /BAD_SENDER.
  [[nodiscard]] static Result<Scope> Parse(std::string_view domain, std::string_view sender);

  [[nodiscard]] const std::optional<Domain>& domain() const { return domain_; }
  [[nodiscard]] const std::optional<Sender>& sender() const { return sender_; }
  // Whatever `other` reaches, this reaches too.
  [[nodiscard]] bool Covers(const Scope& other) const;
  // "*", "example.com/*", "example.com/default".
  [[nodiscard]] std::string ToString() const;

  friend auto operator<=>(const Scope&, const Scope&) = default;

 private:
  Scope(std::optional<Domain> domain, std::optional<Sender> sender)
      : domain_(std::move(domain)), sender_(std::move(sender)) {}
  std::optional<Domain> domain_;
  std::optional<Sender> sender_;
};

// A value; sorts by identity, verb, scope.
struct Grant {
  Identity identity;
  Verb verb = Verb::kSign;
  Scope scope;
  friend auto operator<=>(const Grant&, const Grant&) = default;
};

}  // namespace dkimkeeper

#endif  // SERVER_ACCESS_GRANT_H_
