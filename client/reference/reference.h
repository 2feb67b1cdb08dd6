// A key by its name: what a program has in place of a private key.
#ifndef CLIENT_REFERENCE_REFERENCE_H_
#define CLIENT_REFERENCE_REFERENCE_H_

#include <compare>
#include <string>
#include <string_view>

#include "proto/dkim/selector.h"
#include "proto/result.h"

namespace dkimkeeper {

inline constexpr std::string_view kReferenceScheme = "dkimkeeper:";

// A domain and a selector, written `dkimkeeper:example.com/selector`. It says nothing about where
// the key is asked for: a file that somebody handed over chooses no socket. A value: copies and
// compares.
class Reference {
 public:
  // `uri` as Uri() writes it, letters of any case. INVALID_ARGUMENT/BAD_REFERENCE.
  [[nodiscard]] static Result<Reference> Parse(std::string_view uri);

  // `domain` in A-labels, without a trailing dot; INVALID_ARGUMENT/BAD_DOMAIN. It is held to the
  // syntax of a host name (RFC 1035 §2.3.1) and not to IDNA, which would take a library: whoever
  // answers for the key reads it as a Domain.
  [[nodiscard]] static Result<Reference> Make(std::string_view domain, Selector selector);

  [[nodiscard]] const std::string& domain() const { return domain_; }
  [[nodiscard]] const Selector& selector() const { return selector_; }
  [[nodiscard]] std::string Uri() const;

  friend auto operator<=>(const Reference&, const Reference&) = default;

 private:
  Reference(std::string domain, Selector selector)
      : domain_(std::move(domain)), selector_(std::move(selector)) {}

  std::string domain_;
  Selector selector_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_REFERENCE_H_
