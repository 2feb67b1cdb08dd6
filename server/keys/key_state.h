// The life cycle as arithmetic on timestamps (DESIGN.md, "Key life cycle").
#ifndef SERVER_KEYS_KEY_STATE_H_
#define SERVER_KEYS_KEY_STATE_H_

#include <cstdint>
#include <string_view>

#include "server/keys/key.h"

namespace dkimkeeper {

enum class KeyState : std::uint8_t {
  kPending,
  kPublished,
  kActive,
  kRetiring,
  kRevoked,
  kDestroyed,
};

// "PENDING" …
[[nodiscard]] std::string_view KeyStateName(KeyState state);

[[nodiscard]] KeyState StateAt(const Key& key, Timestamp now);

// The key has no public half, or was ever revoked, quarantined or marked for removal: it never
// signs again, whatever the clock says. A clock set back must not bring a compromised key to life.
[[nodiscard]] bool IsBarred(const Key& key);

// ACTIVE, or RETIRING inside its hand-over window, and not barred.
[[nodiscard]] bool SignsAt(const Key& key, Timestamp now);

// The same for a daemon whose picture is older than [store] snapshot_max_age: not with a key that
// it knows to be retired, nor with one whose turn was to be over by now. Others may count on that
// it stopped. A key that nobody planned to retire signs on: the store's absence stops no mail.
[[nodiscard]] bool SignsWithStale(const Key& key, Timestamp now);

// An act in the token was begun and its outcome is not stored: being generated or destroyed.
[[nodiscard]] bool InProgress(const Key& key);

}  // namespace dkimkeeper

#endif  // SERVER_KEYS_KEY_STATE_H_
