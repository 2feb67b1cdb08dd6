// Many digests in few calls. Internal.
#ifndef CLIENT_LIB_DIGEST_BATCH_H_
#define CLIENT_LIB_DIGEST_BATCH_H_

#include <span>
#include <string>
#include <vector>

#include "client/lib/connection.h"
#include "dkimkeeper/digest_signer.h"
#include "proto/result.h"

namespace dkimkeeper {

// Sends `items` in calls of at most 64. Items that the server could not sign because its token is
// away go again, alone, as Connection::Call repeats. Answers one result for each item, in order.
//
// What has a header block goes as such, by SignHeaders, where `headers_required` says so or the
// server refused its digest for it: one call each.
[[nodiscard]] std::vector<Result<std::string>> SignInBatches(Connection& connection,
                                                             std::span<const DigestToSign> items,
                                                             const CallOptions& call);

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_DIGEST_BATCH_H_
