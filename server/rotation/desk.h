// The seam between operators and the executor: what they want done now.
#ifndef SERVER_ROTATION_DESK_H_
#define SERVER_ROTATION_DESK_H_

#include "proto/result.h"
#include "server/dns/record_check.h"
#include "server/keys/key.h"

namespace dkimkeeper {

// Thread-safe.
class RotationDesk {
 public:
  RotationDesk() = default;
  RotationDesk(const RotationDesk&) = delete;
  RotationDesk& operator=(const RotationDesk&) = delete;
  virtual ~RotationDesk() = default;

  // Looks at the record of `key` now, wherever it is in its life, and writes down what that proves,
  // or shows to be lost, as a planned look would: also of a domain that is paused or whose mode is
  // manual. Blocks on the network and the store. What goes wrong in DNS is part of the answer;
  // FAILED_PRECONDITION/WRONG_STATE: the key has no public half yet, or is long gone. Errors of
  // Registry::Update.
  [[nodiscard]] virtual Result<RecordCheck> CheckNow(const Key& key) = 0;

  // As CheckNow for a key that is to be activated; then the token signs a value of ours, which must
  // verify with the key as DNS shows it. FAILED_PRECONDITION/DNS_PROOF_MISSING names the server
  // that is in the way and what it shows; INTERNAL/BAD_SIGNATURE. Errors of the token.
  [[nodiscard]] virtual Outcome ProveNow(const Key& key) = 0;

  // Something is new: whatever is due is tried at once, also what failed a moment ago.
  virtual void Kick() = 0;
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_DESK_H_
