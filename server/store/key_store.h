// The durable seam: where domains, keys and grants survive a restart.
#ifndef SERVER_STORE_KEY_STORE_H_
#define SERVER_STORE_KEY_STORE_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proto/result.h"
#include "server/store/contents.h"

namespace dkimkeeper {

// A caller's name for one mutation, so that a repeated call is recognised.
struct RequestKey {
  std::string caller;  // Identity::str()
  std::string id;      // 1 to 64 characters, chosen by the caller
  friend bool operator==(const RequestKey&, const RequestKey&) = default;
};

struct RequestEntry {
  RequestKey key;
  std::string fingerprint;  // SHA-256 of the parameters, hexadecimal
  std::string subject;      // what it made, e.g. "example.com/s1"; empty for a removal
  Timestamp at;
  friend bool operator==(const RequestEntry&, const RequestEntry&) = default;
};

// The right to run the executor, of one daemon at a time. `fence` grows with each new holder.
struct Lease {
  std::string holder;
  std::uint64_t fence = 0;
  Timestamp until;
  // Until when holders watched the clock and moved waits along with its jumps, as it was stored
  // before this call. Nothing: never.
  std::optional<Timestamp> watched_before = {};
  friend bool operator==(const Lease&, const Lease&) = default;
};

// A daemon that serves from this store, and how far it has come.
struct DaemonBeat {
  std::string name;              // unique among the daemons of a store, e.g. "keeper1:7443"
  std::uint64_t generation = 0;  // that it signs with
  Timestamp at;
  friend bool operator==(const DaemonBeat&, const DaemonBeat&) = default;
};

// Which list of signing keys a caller works with, as it said itself: an agent, once its OpenDKIM
// has the tables of that list.
struct AgentAcknowledgement {
  Identity identity;
  std::uint64_t generation = 0;  // of the list; 0: it cannot say
  Timestamp at;                  // when it said so last
  friend bool operator==(const AgentAcknowledgement&, const AgentAcknowledgement&) = default;
};

// The newest check of a key's record, as server/dns/check_text.h writes it.
struct StoredCheck {
  Timestamp at;
  std::string text;
  friend bool operator==(const StoredCheck&, const StoredCheck&) = default;
};

// The newest signed tree head of a daemon's audit log (proto/audit/checkpoint.h).
struct StoredCheckpoint {
  std::uint64_t size = 0;  // records
  Timestamp at;
  std::string note;
  friend bool operator==(const StoredCheckpoint&, const StoredCheckpoint&) = default;
};

// Thread-safe. Calls block on the disk or the network: never call one on the signing path.
//
// Errors of all calls: UNAVAILABLE/STORE_AWAY, RESOURCE_EXHAUSTED/STORAGE_FULL (nothing was
// changed), FAILED_PRECONDITION/STORE_TOO_NEW (written by a newer version; nothing was touched),
// INTERNAL/STORE_DAMAGED (what is stored cannot have been written by this program). No error text
// holds a parameter's value.
class KeyStore {
 public:
  KeyStore() = default;
  KeyStore(const KeyStore&) = delete;
  KeyStore& operator=(const KeyStore&) = delete;
  virtual ~KeyStore() = default;

  [[nodiscard]] virtual Result<Contents> Load() = 0;

  // Cheap: for noticing other daemons' changes.
  [[nodiscard]] virtual Result<std::uint64_t> Generation() = 0;

  // Makes all of `changes` durable, or none, and answers the new generation. Requests recorded
  // before `forget_before` are dropped, then `request` is recorded. ABORTED/CHANGED_SINCE_READ when
  // the store is no longer at `expected_generation`, or `request` is recorded already.
  [[nodiscard]] virtual Result<std::uint64_t> Commit(std::uint64_t expected_generation,
                                                     const std::vector<Change>& changes,
                                                     const std::optional<RequestEntry>& request,
                                                     Timestamp forget_before) = 0;

  // Nothing when that request was never recorded, or has been forgotten.
  [[nodiscard]] virtual Result<std::optional<RequestEntry>> FindRequest(const RequestKey& key) = 0;

  // The calls below leave Contents and its generation alone.

  // Takes the lease where it is free or over, prolongs it where `holder` has it: until `now` plus
  // `duration`. With `watched`, the clock is accounted for until `now`; without, what was stored of
  // that stays. ABORTED/LEASE_HELD names who has it.
  [[nodiscard]] virtual Result<Lease> TakeLease(const std::string& holder, Timestamp now,
                                                std::chrono::milliseconds duration,
                                                bool watched) = 0;

  // Writes down that `own` lives, forgets daemons not heard of since `forget_before`, and answers
  // those that are left, `own` included, by name.
  [[nodiscard]] virtual Result<std::vector<DaemonBeat>> Beat(const DaemonBeat& own,
                                                             Timestamp forget_before) = 0;

  // Writes down `heard`, each over what its identity said before, and answers what all said, by
  // identity. Where something is written, identities not heard of since `forget_before` are
  // forgotten.
  [[nodiscard]] virtual Result<std::vector<AgentAcknowledgement>> Acknowledge(
      const std::vector<AgentAcknowledgement>& heard, Timestamp forget_before) = 0;

  // One for each key, the newest; of keys by id, so that a selector used anew has none.
  [[nodiscard]] virtual Outcome PutCheck(const KeyId& key, const StoredCheck& check) = 0;
  [[nodiscard]] virtual Result<std::optional<StoredCheck>> FindCheck(const KeyId& key) = 0;

  // One for each log, by its origin, the one of most records: a log that was rolled back does not
  // wipe out what it was. Answers the one that is stored then.
  [[nodiscard]] virtual Result<StoredCheckpoint> PutCheckpoint(
      const std::string& origin, const StoredCheckpoint& checkpoint) = 0;
  // Of all logs, by origin.
  [[nodiscard]] virtual Result<std::map<std::string, StoredCheckpoint>> Checkpoints() = 0;
};

}  // namespace dkimkeeper

#endif  // SERVER_STORE_KEY_STORE_H_
