// The Signing service's messages, to and from the client's own types.
#ifndef CLIENT_LIB_SIGNING_MESSAGES_H_
#define CLIENT_LIB_SIGNING_MESSAGES_H_

#include <string>

#include "dkimkeeper/client.h"
#include "dkimkeeper/digest_signer.h"
#include "dkimkeeper/v1/common.pb.h"
#include "dkimkeeper/v1/signing.pb.h"
#include "proto/dkim/algorithm.h"
#include "proto/result.h"

namespace dkimkeeper {

[[nodiscard]] v1::Algorithm ToMessage(Algorithm algorithm);

// Keys that this version cannot use (an algorithm or a name it does not know) are left out: a newer
// server may have them.
[[nodiscard]] SigningKeys FromMessage(const v1::ListSigningKeysResponse& message);

[[nodiscard]] v1::SignDigestRequest ToMessage(const DigestToSign& item, const std::string& note);

// Of one with a header block.
[[nodiscard]] v1::SignHeadersRequest ToHeadersMessage(const DigestToSign& item,
                                                      const std::string& note);

// The signature, or the error that this item alone got.
[[nodiscard]] Result<std::string> FromMessage(const v1::SignDigestsResult& message);

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_SIGNING_MESSAGES_H_
