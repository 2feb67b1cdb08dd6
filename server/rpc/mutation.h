// The request_id that every changing call carries.
#ifndef SERVER_RPC_MUTATION_H_
#define SERVER_RPC_MUTATION_H_

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "server/store/registry.h"

namespace dkimkeeper {

// The caller's request, bound to all its parameters. `method` is a literal. INVALID_ARGUMENT/
// BAD_REQUEST_ID unless 1 to 64 printable ASCII characters without spaces.
[[nodiscard]] Result<Mutation> MutationOf(const Caller& caller, std::string_view method,
                                          std::string_view request_id,
                                          const google::protobuf::Message& request);

// The same parameters give the same bytes: maps in a fixed order, as protobuf otherwise does not
// promise.
[[nodiscard]] std::string SerializeDeterministically(const google::protobuf::Message& request);
[[nodiscard]] std::string Sha256Hex(const std::string& bytes);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_MUTATION_H_
