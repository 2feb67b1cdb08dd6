// What the registry knows of a key: identifiers and timestamps. Its state is a pure function of
// these and of the time (server/keys/key_state.h).
#ifndef SERVER_KEYS_KEY_H_
#define SERVER_KEYS_KEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hsm/key_id.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/public_key.h"
#include "proto/dkim/selector.h"
#include "proto/dkim/sender.h"
#include "server/keys/timestamp.h"

namespace dkimkeeper {

enum class KeyOrigin : std::uint8_t {
  kGenerated,  // born in the token
  kImported,   // adopted: where it was before is unknown
};

// A change of a key's record in DNS: what was intended, what the publisher did, what DNS then
// showed.
struct RecordStage {
  std::optional<Timestamp> begun_at = {};   // intent: the publisher is asked from here on
  std::optional<Timestamp> asked_at = {};   // the publisher did it, or told the owner what to do
  std::optional<Timestamp> proven_at = {};  // every authoritative server shows it
  friend bool operator==(const RecordStage&, const RecordStage&) = default;
};

// One key pair in one token. A value. The row stays for ever, so that no selector is used twice.
struct Key {
  Domain domain;
  Sender sender;
  Selector selector;
  Algorithm algorithm = Algorithm::kRsaSha256;
  unsigned rsa_bits = 0;  // 0 for Ed25519
  KeyOrigin origin = KeyOrigin::kGenerated;
  KeyId id;           // CKA_ID as read back from the token
  std::string token;  // name of the token that holds it
  // Nothing until the token has made the pair: the intent is stored before the act.
  std::optional<PublicKey> public_key;
  // Attributes that a key born here has and this one lacks, e.g. "CKA_LOCAL is false".
  std::vector<std::string> lacks;

  Timestamp created_at;
  // Every server shows its record (PublishedProof); taken back when the record is lost before use.
  std::optional<Timestamp> published_at = {};
  std::optional<Timestamp> activated_at = {};    // signs from here on
  std::optional<Timestamp> retired_at = {};      // replaced, or retired by an operator
  std::optional<Timestamp> signs_until = {};     // end of the hand-over window; set with retired_at
  std::optional<Timestamp> revoked_at = {};      // never signs again
  std::optional<Timestamp> destroying_at = {};   // intent to remove it from the token
  std::optional<Timestamp> destroyed_at = {};    // gone from the token
  std::optional<Timestamp> quarantined_at = {};  // its public half changed under us: never signs

  bool compromised = false;          // with revoked_at: it may be in other hands
  std::string override_reason = {};  // why it was activated without proof from DNS
  std::string override_by = {};      // and by which identity

  // Its record in DNS, through the publisher of that name; empty: by hand.
  std::string publisher = {};
  RecordStage shown = {};      // the record with its public key; `published_at` is its proof
  RecordStage withdrawn = {};  // p= empty
  RecordStage removed = {};    // no record
  // Somebody else changed the record: it is left alone and counts as gone.
  bool record_foreign = false;
  std::optional<Timestamp> usable_from = {};       // old and negative TTLs are over
  std::optional<Timestamp> proof_renewed_at = {};  // when the proof last held
  std::optional<Timestamp> record_lost_at = {};    // it was proven, and is not there any more

  // When its successor shall take over: set at its activation, earlier where an operator says so.
  std::optional<Timestamp> rotate_at = {};
  // The store's generation from which on a daemon knows that the key was retired or revoked.
  std::optional<std::uint64_t> stop_generation = {};
  // Every live daemon has acknowledged that it signs no more: the drain time starts.
  std::optional<Timestamp> stopped_at = {};
  // The agents that acknowledge their lists of keys had all taken its successor: its hand-over
  // window was shortened then.
  std::optional<Timestamp> handed_over_at = {};
  bool destroy_now = false;  // an operator wants it gone from the token before anything else

  friend bool operator==(const Key&, const Key&) = default;
};

}  // namespace dkimkeeper

#endif  // SERVER_KEYS_KEY_H_
