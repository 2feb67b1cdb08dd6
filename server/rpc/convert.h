// Values of the vocabulary ↔ messages of the API. Nothing else happens here.
#ifndef SERVER_RPC_CONVERT_H_
#define SERVER_RPC_CONVERT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "dkimkeeper/v1/domains.pb.h"
#include "dkimkeeper/v1/keys.pb.h"
#include "dkimkeeper/v1/signing.pb.h"
#include "server/keys/key_state.h"
#include "server/rotation/steps.h"
#include "server/signing/sign_request.h"
#include "server/store/contents.h"

namespace dkimkeeper {

[[nodiscard]] v1::Algorithm ToProto(Algorithm algorithm);
// INVALID_ARGUMENT/BAD_ALGORITHM for UNSPECIFIED and for numbers of the future.
[[nodiscard]] Result<Algorithm> FromProto(v1::Algorithm algorithm);

[[nodiscard]] v1::FailPolicy ToProto(FailPolicy policy);
// UNSPECIFIED is TEMPFAIL. INVALID_ARGUMENT/BAD_OPTION.
[[nodiscard]] Result<FailPolicy> FromProto(v1::FailPolicy policy);

// `first_token` is the first that is configured: where keys are made that nobody placed. `cnames`
// are left to the caller.
[[nodiscard]] v1::Domain ToProto(const DomainEntry& entry, const std::string& first_token);

[[nodiscard]] v1::KeyState ToProto(KeyState state);
[[nodiscard]] v1::KeyOrigin ToProto(KeyOrigin origin);

[[nodiscard]] v1::Step ToProto(const Step& step);

// Milliseconds since 1970; 0 for none.
[[nodiscard]] std::int64_t Milliseconds(const std::optional<Timestamp>& at);

// A key that signs, as mail hosts need it.
[[nodiscard]] v1::SigningKey ToSigningKey(const Key& key, FailPolicy policy);

// BAD_DOMAIN, BAD_SENDER, BAD_SELECTOR, BAD_ALGORITHM, BAD_DIGEST, BAD_NOTE.
[[nodiscard]] Result<SignRequest> FromProto(const v1::SignDigestRequest& request);
// The same, and BAD_HEADERS for a block of the wrong size; what is in it is not looked at.
[[nodiscard]] Result<SignRequest> FromProto(const v1::SignHeadersRequest& request);

// An empty text is "default". INVALID_ARGUMENT/BAD_SENDER.
[[nodiscard]] Result<Sender> SenderOrDefault(const std::string& text);
// An empty text is none.
[[nodiscard]] Result<std::optional<Sender>> SenderOrNone(const std::string& text);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_CONVERT_H_
