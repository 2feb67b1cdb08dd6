// What a MessageSigner was asked for, checked (RFC 6376 §5, before any message is seen).
#ifndef CLIENT_DKIM_SIGNING_PLAN_H_
#define CLIENT_DKIM_SIGNING_PLAN_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "client/dkim/header_selection.h"
#include "dkimkeeper/message_signer.h"
#include "proto/result.h"

namespace dkimkeeper {

// A value.
struct SigningPlan {
  // INVALID_ARGUMENT/BAD_OPTION: no signature; t= outside 0 to 999,999,999,999 (12 digits); x=
  // without t=, not later than it, or of more than 12 digits; i= not `[local-part]@domain` at or
  // below d=; what HeaderSelection refuses.
  [[nodiscard]] static Result<SigningPlan> Make(std::vector<SignatureSpec> signatures,
                                                const MessageOptions& options);

  // What does not depend on the signatures, which are chosen later.
  [[nodiscard]] static Result<SigningPlan> MakeForLater(const MessageOptions& options);

  // Puts these in place of the signatures. Errors as Make; what was there stays then.
  [[nodiscard]] Outcome Choose(std::vector<SignatureSpec> chosen);

  std::vector<SignatureSpec> signatures;  // i= with its domain in A-labels
  std::optional<std::int64_t> signed_at;
  std::optional<std::int64_t> expires_at;
  HeaderSelection headers;
};

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_SIGNING_PLAN_H_
