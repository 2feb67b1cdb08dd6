// The mail host's agent in the server's place: what it may sign with is asked at its socket.
#ifndef CLIENT_CLI_LOCAL_AGENT_H_
#define CLIENT_CLI_LOCAL_AGENT_H_

#include <span>
#include <string>
#include <vector>

#include "client/reference/reference_client.h"
#include "dkimkeeper/client.h"
#include "dkimkeeper/digest_signer.h"
#include "proto/result.h"

namespace dkimkeeper {

// No certificate and no handshake for each message: the agent has both, and decides by its
// [[local.access]] what the user of this process may. Thread-safe.
class LocalAgent : public DigestSigner {
 public:
  explicit LocalAgent(ReferenceClientOptions options) : client_(std::move(options)) {}

  // The keys of `domain` that the agent lets this process use now: of each algorithm the best, or
  // the one with `selector` where that is not empty. Empty where there is none; BAD_SELECTOR; the
  // agent's errors otherwise (reference_client.h), PERMISSION_DENIED/NO_GRANT for one.
  [[nodiscard]] Result<SigningKeys> KeysOf(const Domain& domain, const std::string& selector);

  [[nodiscard]] std::vector<Result<std::string>> SignDigests(
      std::span<const DigestToSign> items) override;

 private:
  [[nodiscard]] Result<std::string> Sign(const DigestToSign& item);

  ReferenceClient client_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_LOCAL_AGENT_H_
