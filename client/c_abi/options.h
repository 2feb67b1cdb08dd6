// The option structs of dkimkeeper.h, as the C++ library takes them.
#ifndef CLIENT_C_ABI_OPTIONS_H_
#define CLIENT_C_ABI_OPTIONS_H_

#include <optional>
#include <string>

#include "dkimkeeper/client.h"
#include "dkimkeeper/dkimkeeper.h"
#include "dkimkeeper/message_signer.h"
#include "proto/result.h"

namespace dkimkeeper {

// What is signed, and how; with which keys shows when the message is read.
struct MessagePlan {
  std::optional<Domain> domain;  // nothing: the author's
  Sender sender = Sender::Default();
  std::string identity = {};
  CanonicalizationPair canonicalization = {};
  MessageOptions options = {};
};

// Both: INVALID_ARGUMENT/BAD_OPTION where `size` was not set, where the struct is one of a newer
// library and says something that this one does not know, or a value is out of range.
[[nodiscard]] Result<ClientOptions> ReadOptions(const dkimkeeper_options* given);

// BAD_DOMAIN, BAD_SENDER besides. NULL: all defaults.
[[nodiscard]] Result<MessagePlan> ReadOptions(const dkimkeeper_message_options* given);

}  // namespace dkimkeeper

#endif  // CLIENT_C_ABI_OPTIONS_H_
