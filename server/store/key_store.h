// The durable seam: where domains, keys and grants survive a restart.
#ifndef SERVER_STORE_KEY_STORE_H_
#define SERVER_STORE_KEY_STORE_H_

#include <cstdint>
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
};

}  // namespace dkimkeeper

#endif  // SERVER_STORE_KEY_STORE_H_
