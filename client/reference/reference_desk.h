// The seam between the socket of local programs and the keys that this host may use.
#ifndef CLIENT_REFERENCE_REFERENCE_DESK_H_
#define CLIENT_REFERENCE_REFERENCE_DESK_H_

#include <chrono>
#include <string>
#include <variant>

#include "client/reference/packets.h"
#include "client/reference/peer.h"
#include "dkimkeeper/digest_signer.h"
#include "proto/dkim/domain.h"

namespace dkimkeeper {

// A key of `domain`: by its selector, or the one that signs now with this algorithm.
struct WantedKey {
  Domain domain;
  std::variant<Selector, Algorithm> which;
};

// Whoever implements it decides what `peer` may (local_access.h), and answers within `patience`:
// after that nobody listens. Thread-safe; every method may block. Nothing it answers is secret.
class ReferenceDesk {
 public:
  virtual ~ReferenceDesk() = default;

  // PERMISSION_DENIED/NO_GRANT comes before NOT_FOUND/KEY_UNKNOWN.
  [[nodiscard]] virtual Result<FoundKey> Find(const Peer& peer, const WantedKey& wanted,
                                              std::chrono::milliseconds patience) = 0;

  // The raw signature of one digest. RSA: as long as the modulus; Ed25519: 64 bytes.
  [[nodiscard]] virtual Result<std::string> Sign(const Peer& peer, const DigestToSign& item,
                                                 std::chrono::milliseconds patience) = 0;
};

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_REFERENCE_DESK_H_
