// A sender: a named line of keys within a domain, so that several services sign for one domain
// without sharing a key.
#ifndef PROTO_DKIM_SENDER_H_
#define PROTO_DKIM_SENDER_H_

#include <compare>
#include <string>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// 1 to 63 lower-case letters, digits and inner hyphens. A value: copies and compares.
class Sender {
 public:
  // Upper case is folded. INVALID_ARGUMENT/BAD_SENDER.
  [[nodiscard]] static Result<Sender> Parse(std::string_view text);

  // "default": the sender that every domain has.
  [[nodiscard]] static Sender Default() { return Sender("default"); }

  [[nodiscard]] const std::string& str() const { return text_; }
  friend auto operator<=>(const Sender&, const Sender&) = default;

 private:
  explicit Sender(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_SENDER_H_
