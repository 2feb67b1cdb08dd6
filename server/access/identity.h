// Who calls: DESIGN.md, "Vocabulary".
#ifndef SERVER_ACCESS_IDENTITY_H_
#define SERVER_ACCESS_IDENTITY_H_

#include <compare>
#include <span>
#include <string>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// `uri:…` or `dns:…` from a client certificate, `unix:…` from the configuration of a socket. Exact
// text, nothing is normalised; at most 512 octets of printable ASCII without spaces. A value.
class Identity {
 public:
  // INVALID_ARGUMENT/BAD_IDENTITY.
  [[nodiscard]] static Result<Identity> Parse(std::string_view text);

  // Exactly one URI name; with none, exactly one DNS name that is no wildcard; else
  // UNAUTHENTICATED/NO_IDENTITY.
  [[nodiscard]] static Result<Identity> FromNames(std::span<const std::string> uris,
                                                  std::span<const std::string> dns_names);

  [[nodiscard]] const std::string& str() const { return text_; }
  friend auto operator<=>(const Identity&, const Identity&) = default;

 private:
  explicit Identity(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ACCESS_IDENTITY_H_
