#include "server/lifecycle/key_claims.h"

#include "proto/reason.h"

namespace dkimkeeper {

Result<KeyClaims::Claim> KeyClaims::Take(const KeyId& id) {
  {
    const std::lock_guard lock(mutex_);
    if (taken_.insert(id).second) return Claim(*this, id);
  }
  return Fail(Code::kAborted, reason::kChangedSinceRead,
              "key " + id.ToHex() +
                  " is being made or removed in its token right now; repeat the request, with its "
                  "request_id, when that is done");
}

void KeyClaims::Release(const KeyId& id) {
  const std::lock_guard lock(mutex_);
  taken_.erase(id);
}

}  // namespace dkimkeeper
