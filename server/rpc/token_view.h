// A token as the API shows it.
#ifndef SERVER_RPC_TOKEN_VIEW_H_
#define SERVER_RPC_TOKEN_VIEW_H_

#include "dkimkeeper/v1/status.pb.h"
#include "dkimkeeper/v1/tokens.pb.h"
#include "server/lifecycle/token_attestation.h"
#include "server/store/registry.h"
#include "server/tokens/tokens.h"

namespace dkimkeeper {

// `audit` or `administer` on everything. PERMISSION_DENIED/NO_GRANT.
[[nodiscard]] Outcome MayReadEverything(const View& view, const Caller& caller);

// None of these asks the token.
[[nodiscard]] v1::TokenStatus ToStatus(const View& view, const ServedToken& served);
[[nodiscard]] v1::Token ToProto(const View& view, const ServedToken& served);
[[nodiscard]] v1::AttestedKey ToProto(const AttestedKey& key, Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_TOKEN_VIEW_H_
