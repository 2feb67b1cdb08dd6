// A program's side of the agent's socket: finds keys and has digests signed.
#ifndef CLIENT_REFERENCE_REFERENCE_CLIENT_H_
#define CLIENT_REFERENCE_REFERENCE_CLIENT_H_

#include <chrono>
#include <string>

#include "client/reference/connection_shelf.h"
#include "client/reference/packets.h"

namespace dkimkeeper {

struct ReferenceClientOptions {
  std::string socket = "/run/dkimkeeper-agent/reference.sock";
  // The longest that a call takes, an agent that does not answer included.
  std::chrono::milliseconds limit = std::chrono::seconds(10);
};

// Asks one call at a time on a connection, and opens as many connections as calls are made at once.
// Connects with the first call, never before. Thread-safe, and of use in the children of a program
// that forks: each process has connections of its own.
//
// A connection that the agent has closed meanwhile, because it was started anew, is replaced and
// the call made once more; every call may be repeated. Errors are the agent's own, or those of
// agent_socket.h.
class ReferenceClient {
 public:
  explicit ReferenceClient(ReferenceClientOptions options) : options_(std::move(options)) {}

  [[nodiscard]] Result<FoundKey> Find(const FindCall& call);
  // INTERNAL/BAD_SIGNATURE is for whoever holds the public key to say.
  [[nodiscard]] Result<std::string> Sign(const SignCall& call);

 private:
  [[nodiscard]] Result<ReferenceAnswer> Ask(std::variant<FindCall, SignCall> call);
  [[nodiscard]] Result<std::string> Exchange(const std::string& packet);

  const ReferenceClientOptions options_;
  ConnectionShelf shelf_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_REFERENCE_CLIENT_H_
