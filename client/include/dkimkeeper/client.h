// Signatures from a DKIM Keeper server, over gRPC with mutual TLS.
#ifndef CLIENT_INCLUDE_DKIMKEEPER_CLIENT_H_
#define CLIENT_INCLUDE_DKIMKEEPER_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dkimkeeper/digest_signer.h"
#include "proto/dkim/public_key.h"
#include "proto/dkim/sender.h"
#include "proto/result.h"

namespace dkimkeeper {

struct ClientOptions {
  // "host:port" (TLS) or "unix:/path" (the socket's own identity), tried in order.
  std::vector<std::string> servers;
  // PEM files; needed for host:port. Read again when they change on disk.
  std::string ca_file, cert_file, key_file;
  // Bound of each call, retries and failover included.
  std::chrono::milliseconds deadline = std::chrono::seconds(5);
  // What the server's audit log records as claimed by us: printable ASCII, at most 128 bytes.
  std::string note;
};

// What to do with a message that gets no signature.
enum class FailPolicy : std::uint8_t { kTempfail, kUnsigned };

struct SigningKey {
  Domain domain;
  Sender sender;
  Selector selector;
  Algorithm algorithm = Algorithm::kRsaSha256;
  FailPolicy fail_policy = FailPolicy::kTempfail;
  // Set for a key that is being replaced: when it stops signing, milliseconds since 1970.
  std::optional<std::int64_t> signs_until_ms;
  // Of Client::ListSigningKeysOf only.
  std::optional<PublicKey> public_key = {};
  // The server signs no digest with it, but headers that it has looked at. See Client.
  bool headers_required = false;
};

// What this client may sign with. A value.
struct SigningKeys {
  std::uint64_t generation = 0;
  std::vector<SigningKey> keys;  // the key to sign with stands first in its (domain, sender)

  // The keys to sign with now: one for each algorithm of that domain and sender, of those without
  // an end. Where all have one, the last to end of each algorithm.
  [[nodiscard]] std::vector<SigningKey> For(const Domain& domain, const Sender& sender) const;
};

// What one call says for itself, because it is made for somebody who waits so long and no longer.
struct CallOptions {
  std::chrono::milliseconds deadline;  // in place of that of ClientOptions, where it is shorter
  std::string note;                    // in place of that of ClientOptions; the same text
};

// One connection, kept. Thread-safe. Signing is retried on UNAVAILABLE, at the next server address,
// within the deadline: it is idempotent.
//
// What has a header block goes as such where `headers_required` says so, and where the server
// refuses its digest with PERMISSION_DENIED/HEADERS_REQUIRED.
class Client : public DigestSigner {
 public:
  // Does not wait for a connection. INVALID_ARGUMENT/BAD_OPTION: no server, a bad note;
  // FAILED_PRECONDITION/BAD_CERTIFICATE: a file that cannot be read or does not match.
  [[nodiscard]] static Result<std::unique_ptr<Client>> Connect(ClientOptions options);

  // The list as it is now, asked from the server.
  [[nodiscard]] virtual Result<SigningKeys> ListSigningKeys() = 0;

  // The keys of one domain with their public halves, asked from the server. PERMISSION_DENIED/
  // NO_GRANT where this client has no right on it.
  [[nodiscard]] virtual Result<SigningKeys> ListSigningKeysOf(
      const Domain& domain, std::chrono::milliseconds deadline) = 0;

  // Tells the server that this host works with the list of `generation` from now on: a replaced key
  // may stop before its hand-over window ends. 0: this host cannot say, and none of its keys stops
  // early. To be repeated several times an hour by whoever
  // began with it. PERMISSION_DENIED/NO_GRANT where this client may sign nothing.
  [[nodiscard]] virtual Outcome AcknowledgeKeys(std::uint64_t generation) = 0;

  // One digest, as SignDigests signs. INVALID_ARGUMENT/BAD_NOTE from the server.
  [[nodiscard]] virtual Result<std::string> SignDigest(const DigestToSign& item,
                                                       const CallOptions& call) = 0;

  // The list kept fresh by a watch in the background, started by the first call, which waits for
  // the first list. While the server is away, the last list stays good.
  [[nodiscard]] virtual Result<std::shared_ptr<const SigningKeys>> WatchedSigningKeys() = 0;
};

}  // namespace dkimkeeper

#endif  // CLIENT_INCLUDE_DKIMKEEPER_CLIENT_H_
