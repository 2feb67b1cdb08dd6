#include "hsm/pkcs11/destroy_operation.h"

#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {

Attempt<void> RemoveObjects(const Session& session, std::span<const CK_OBJECT_HANDLE> objects) {
  for (const CK_OBJECT_HANDLE object : objects) {
    const CK_RV rv = session.calls().C_DestroyObject(session.handle(), object);
    if (rv != CKR_OK) return TokenSaid(rv, "C_DestroyObject");
  }
  return {};
}

Attempt<void> DestroyOperation::Try(Session& session, const Circumstances& now) {
  const Attempt<FindGate::Hold> hold =
      directory_.gate().Enter(FindGate::Mode::kChange, now.deadline);
  if (!hold) return PassOn(hold);
  const Attempt<KeyHandles> handles = directory_.FindHandlesOf(session, id_, now);
  if (!handles) return PassOn(handles);
  if (handles->private_halves.size() > 1) {
    return Refuse(Code::kFailedPrecondition, reason::kTokenRefused,
                  "The token holds two private keys " + id_.ToHex() +
                      "; which one is meant cannot be told: remove it with the token's own tool.");
  }
  Attempt<void> removed = RemoveObjects(session, handles->private_halves);
  if (removed) removed = RemoveObjects(session, handles->public_halves);
  if (!removed) return removed;

  const Attempt<KeyHandles> left = FindHandles(session, id_);
  if (!left) return PassOn(left);
  if (!left->private_halves.empty()) {
    return Refuse(Code::kInternal, reason::kInternal,
                  "The token still shows key " + id_.ToHex() + " after removing it.");
  }
  directory_.cache().Erase(id_);
  return {};
}

Attempt<void> RemainsOperation::Try(Session& session, const Circumstances& now) {
  // No generation of this process is between its two halves.
  const Attempt<FindGate::Hold> hold =
      directory_.gate().Enter(FindGate::Mode::kChange, now.deadline);
  if (!hold) return PassOn(hold);
  const Attempt<KeyHandles> handles = directory_.FindHandlesOf(session, id_, now);
  if (!handles) return PassOn(handles);
  if (!handles->private_halves.empty()) return {};
  return RemoveObjects(session, handles->public_halves);
}

}  // namespace dkimkeeper::pkcs11
