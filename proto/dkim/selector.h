// A selector (the s= tag): RFC 6376 §3.1.
#ifndef PROTO_DKIM_SELECTOR_H_
#define PROTO_DKIM_SELECTOR_H_

#include <compare>
#include <string>
#include <string_view>

#include "proto/dkim/domain.h"
#include "proto/dkim/label.h"
#include "proto/result.h"

namespace dkimkeeper {

// One or more labels of letters, digits and inner hyphens, joined by dots, lower-case; each label
// 1 to 63 octets, 253 together. A value: copies and compares.
class Selector {
 public:
  // INVALID_ARGUMENT/BAD_SELECTOR names the offending character or length.
  [[nodiscard]] static Result<Selector> Parse(std::string_view text,
                                              Underscore underscore = Underscore::kRefused);

  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] bool HasUnderscore() const { return text_.find('_') != std::string::npos; }

  friend auto operator<=>(const Selector&, const Selector&) = default;

 private:
  explicit Selector(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// The DNS name of a key record, `<selector>._domainkey.<domain>` (RFC 6376 §3.6.2.1), without a
// trailing dot. INVALID_ARGUMENT/BAD_SELECTOR where it would be longer than 253 octets.
[[nodiscard]] Result<std::string> KeyRecordName(const Selector& selector, const Domain& domain);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_SELECTOR_H_
