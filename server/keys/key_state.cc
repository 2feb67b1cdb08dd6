#include "server/keys/key_state.h"

namespace dkimkeeper {

std::string_view KeyStateName(KeyState state) {
  switch (state) {
    case KeyState::kPending:
      return "PENDING";
    case KeyState::kPublished:
      return "PUBLISHED";
    case KeyState::kActive:
      return "ACTIVE";
    case KeyState::kRetiring:
      return "RETIRING";
    case KeyState::kRevoked:
      return "REVOKED";
    case KeyState::kDestroyed:
      return "DESTROYED";
  }
  return "UNKNOWN";
}

KeyState StateAt(const Key& key, Timestamp now) {
  const auto passed = [now](const std::optional<Timestamp>& at) { return at && *at <= now; };
  // These hold whatever the clock says: set back, it brings neither key to life again.
  if (key.destroyed_at) return KeyState::kDestroyed;
  if (key.compromised || passed(key.revoked_at)) return KeyState::kRevoked;
  // Written when they happened: where the clock says that they are to come, it was set back.
  if (key.retired_at) return KeyState::kRetiring;
  if (key.activated_at) return KeyState::kActive;
  if (key.published_at) return KeyState::kPublished;
  return KeyState::kPending;
}

bool IsBarred(const Key& key) {
  // A revocation stops the key at once, however long its record stays (DecideRevoke).
  return !key.public_key || key.revoked_at || key.compromised || key.quarantined_at ||
         key.destroying_at || key.destroyed_at;
}

bool SignsAt(const Key& key, Timestamp now) {
  if (IsBarred(key)) return false;
  const KeyState state = StateAt(key, now);
  if (state == KeyState::kActive) return true;
  return state == KeyState::kRetiring && key.activated_at && key.signs_until &&
         now < *key.signs_until;
}

bool InProgress(const Key& key) {
  if (key.destroyed_at) return false;
  return !key.public_key || key.destroying_at;
}

NextAction NextFor(const Key& key, Timestamp now) {
  const KeyState state = StateAt(key, now);
  if (state == KeyState::kDestroyed) return {"nothing: the row stays as a record", {}};
  if (key.destroying_at) return {"finish its removal from the token", now};
  if (!key.public_key) return {"finish its generation in the token", now};
  if (key.quarantined_at) return {"an operator looks into the changed key, then revokes it", {}};
  switch (state) {
    case KeyState::kPending:
    case KeyState::kPublished:
      return {"publish its record, then `key activate`", {}};
    case KeyState::kActive:
      return {"signs until it is retired or replaced", {}};
    case KeyState::kRetiring:
      if (SignsAt(key, now)) return {"hand-over window ends", key.signs_until};
      if (key.revoked_at) return {"its drain time ends: it counts as revoked", key.revoked_at};
      return {"keep its record while mail is in transit, then `key revoke`", {}};
    case KeyState::kRevoked:
      return {"publish its record with an empty p=, later `key destroy`", {}};
    case KeyState::kDestroyed:
      break;
  }
  return {};
}

}  // namespace dkimkeeper
