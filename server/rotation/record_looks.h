// Looks at records in DNS: asked, remembered, put into words.
#ifndef SERVER_ROTATION_RECORD_LOOKS_H_
#define SERVER_ROTATION_RECORD_LOOKS_H_

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "proto/base/clock.h"
#include "server/dns/record_checker.h"
#include "server/keys/key.h"
#include "server/keys/key_policy.h"
#include "server/store/key_store.h"

namespace dkimkeeper {

// Thread-safe.
class RecordLooks {
 public:
  struct Parts {
    RecordChecker& checker;
    KeyStore& store;
    std::function<std::string(const RecordCheck&)> render;  // for the store
    const Clock& clock;
  };
  explicit RecordLooks(const Parts& parts) : parts_(parts) {}  // all must outlive this

  // Asks now, and keeps the answer in the store. `key` has a public half. Servers that were silent
  // for as long as `policy` allows are waived. Blocks on the network, for a bounded time.
  [[nodiscard]] RecordCheck Look(const Key& key, RecordWish wish, const KeyPolicy& policy);

  // Since when servers are silent is not known any more: the clock jumped.
  void Forget();

 private:
  [[nodiscard]] std::vector<std::string> Waived(const KeyPolicy& policy, Timestamp now) const;
  void Note(const RecordCheck& check);
  [[nodiscard]] Timestamp Now() const { return ToTimestamp(parts_.clock.Now()); }

  const Parts parts_;
  mutable std::mutex mutex_;
  // By name, since when they did not answer. In memory: after a restart nobody is waived too early.
  std::map<std::string, Timestamp> silent_since_;
};

// One sentence on why `check` proves nothing: the server that is in the way and what it shows.
// Empty where it proves what was wished.
[[nodiscard]] std::string ProblemOf(const RecordCheck& check);

// What every server that was asked agrees on, when it is not the wish. Never of a check in which
// one of them did not answer, or would not say.
enum class RecordAgreement : std::uint8_t {
  kNone,
  kNothingThere,  // no record
  kAsBefore,      // what stood there before the change that was wished
  kForeign,       // something that is none of ours
};
[[nodiscard]] RecordAgreement AgreementOf(const RecordCheck& check);

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_RECORD_LOOKS_H_
