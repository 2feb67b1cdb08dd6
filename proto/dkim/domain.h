// A signing domain (SDID, the d= tag): RFC 6376 §3.5, host name syntax of RFC 1035 §2.3.1.
#ifndef PROTO_DKIM_DOMAIN_H_
#define PROTO_DKIM_DOMAIN_H_

#include <compare>
#include <string>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// A domain name of at least two labels, held as lower-case A-labels without a trailing dot; at
// most 253 octets, each label 1 to 63 octets. A value: copies and compares.
class Domain {
 public:
  // Takes A-labels, or U-labels in UTF-8 (IDNA 2008, non-transitional). One trailing dot is
  // accepted and dropped. Everything else, underscores and spaces included, is
  // INVALID_ARGUMENT/BAD_DOMAIN; nothing is ever deleted from the name to make it fit.
  [[nodiscard]] static Result<Domain> Parse(std::string_view text);

  // Lower-case A-labels, as used in DNS and in d=.
  [[nodiscard]] const std::string& str() const { return name_; }

  // U-labels in UTF-8 for people; the A-label form of a label that does not decode.
  [[nodiscard]] std::string ToUnicode() const;

  // Equal to `ancestor`, or a sub-domain of it. "notexample.com" is not below "example.com".
  [[nodiscard]] bool IsAtOrBelow(const Domain& ancestor) const;

  friend auto operator<=>(const Domain&, const Domain&) = default;

 private:
  explicit Domain(std::string name) : name_(std::move(name)) {}
  std::string name_;
};

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_DOMAIN_H_
