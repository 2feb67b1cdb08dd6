// `sign`: a message in, the same message with its signatures out.
#ifndef CLIENT_CLI_SIGN_MESSAGE_H_
#define CLIENT_CLI_SIGN_MESSAGE_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <istream>
#include <ostream>

#include "client/cli/command.h"
#include "dkimkeeper/client.h"
#include "dkimkeeper/digest_signer.h"
#include "proto/dkim/domain.h"
#include "proto/result.h"

namespace dkimkeeper {

// What is asked of the server, so that tests need none. Both must outlive the call.
struct SigningServer {
  std::function<Result<SigningKeys>(const Domain&)> list_keys;
  DigestSigner& signer;
};

struct MessageStreams {
  std::istream& in;
  std::ostream& out;
  std::filesystem::path spool_directory;
};

// Reads all of `in`, with memory that does not grow with it; writes to `out` only once every
// signature is there. `now` is the t= of a message without --time, seconds since 1970.
[[nodiscard]] Outcome SignMessage(const SignCommand& command, const MessageStreams& streams,
                                  const SigningServer& server, std::int64_t now);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_SIGN_MESSAGE_H_
