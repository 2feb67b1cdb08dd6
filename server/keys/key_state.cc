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
  // Its end was ahead of time, and came: its record is on its way out.
  if (key.revoked_at && (key.withdrawn.begun_at || key.removed.begun_at)) return KeyState::kRevoked;
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
  // Once all stopped, a clock that is set back does not open the hand-over window again.
  return state == KeyState::kRetiring && key.activated_at && !key.stopped_at && key.signs_until &&
         now < *key.signs_until;
}

bool SignsWithStale(const Key& key, Timestamp now) {
  const bool turn_is_over = key.retired_at || (key.rotate_at && *key.rotate_at <= now);
  return SignsAt(key, now) && !turn_is_over;
}

bool InProgress(const Key& key) {
  if (key.destroyed_at) return false;
  return !key.public_key || key.destroying_at;
}

}  // namespace dkimkeeper
