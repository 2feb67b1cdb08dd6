// The life cycle as arithmetic on timestamps (DESIGN.md, "Key life cycle").
#ifndef SERVER_KEYS_KEY_STATE_H_
#define SERVER_KEYS_KEY_STATE_H_

#include <cstdint>
#include <optional>
#include <string>
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

// An act in the token was begun and its outcome is not stored: being generated or destroyed.
[[nodiscard]] bool InProgress(const Key& key);

// What happens next with a key and when, for people. Nothing: only an operator moves it.
struct NextAction {
  std::string what;
  std::optional<Timestamp> when;
  friend bool operator==(const NextAction&, const NextAction&) = default;
};
[[nodiscard]] NextAction NextFor(const Key& key, Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_KEYS_KEY_STATE_H_
