// The author's address in a From field (RFC 5322 §3.6.2 and §3.4, RFC 6854 groups, RFC 6532 UTF-8).
#ifndef PROTO_DKIM_MAILBOX_H_
#define PROTO_DKIM_MAILBOX_H_

#include <string>
#include <string_view>

#include "proto/dkim/domain.h"
#include "proto/result.h"

namespace dkimkeeper {

struct Mailbox {
  std::string local_part;  // unquoted
  Domain domain;
  friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

// `value` is the field's body, without the name and colon, folded or not; comments, quoted strings
// and display names are skipped. INVALID_ARGUMENT/BAD_MAILBOX: no mailbox, several, a group, an
// address literal, or text that does not parse: a signer must not guess who the author is.
[[nodiscard]] Result<Mailbox> ParseFromMailbox(std::string_view value);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_MAILBOX_H_
