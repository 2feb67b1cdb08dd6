// How the keys of a line follow each other: the changes that decisions are made of. Pure.
#ifndef SERVER_LIFECYCLE_SUCCESSION_H_
#define SERVER_LIFECYCLE_SUCCESSION_H_

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "server/lifecycle/policy.h"
#include "server/store/registry.h"
#include "server/tokens/token_terms.h"

namespace dkimkeeper {

using KeyPtr = std::shared_ptr<const Key>;

// The keys of one domain, sender and algorithm: one of them at most is ACTIVE.
struct Line {
  Domain domain;
  Sender sender;
  Algorithm algorithm = Algorithm::kRsaSha256;
  friend auto operator<=>(const Line&, const Line&) = default;
};
[[nodiscard]] Line LineOf(const Key& key);

// All keys of a domain, by selector, destroyed ones too.
[[nodiscard]] std::vector<KeyPtr> KeysOf(const View& view, const Domain& domain);
// Those of them that sign now with `sender`'s name.
[[nodiscard]] std::vector<KeyPtr> SigningKeysOf(const View& view, const Domain& domain,
                                                const Sender& sender, Timestamp now);

// The generation that the commit of a decision made from `view` will have: from there on daemons
// know what it says.
[[nodiscard]] std::uint64_t NextGeneration(const View& view);

// `key`, which signs, is replaced or given up: its hand-over window starts.
[[nodiscard]] Key Retired(Key key, std::chrono::milliseconds window, std::uint64_t generation,
                          Timestamp now);
// `key` signs no more; its record stays for a drain time where mail may be in transit that it
// signed.
[[nodiscard]] Key Revoked(Key key, std::chrono::milliseconds drain, std::uint64_t generation,
                          Timestamp now);
// `key` may be in other hands: it stops at once, without a drain time.
[[nodiscard]] Key Compromised(Key key, std::uint64_t generation, Timestamp now);

// `key` signs from now on; whichever key of its line was activated before it is retired: one at
// most is ACTIVE, whatever the clock did meanwhile.
[[nodiscard]] std::vector<Change> Succeed(const View& view, Key key, const KeyPolicy& policy,
                                          Timestamp now);

// What an emergency goes by.
struct EmergencyTerms {
  const Policy& policy;
  std::span<const TokenTerms> tokens;
  std::string lost_token = {};  // nothing of it takes over; empty: none
  bool destroy_now = false;     // the private keys go before anything else happens
};

// The key of `line` that can take over this moment: never used, its record proven, old answers
// forgotten, the proof renewed within twice the policy's watch interval, on a token that may be
// used. Null: none.
[[nodiscard]] KeyPtr ProvenStandby(const View& view, const Line& line, const EmergencyTerms& terms,
                                   Timestamp now);

// `keys` are compromised, and each line that loses its active key by it gets its proven standby in
// the same commit, if there is one.
[[nodiscard]] std::vector<Change> StopCompromised(const View& view, std::span<const KeyPtr> keys,
                                                  const EmergencyTerms& terms, Timestamp now);

// Those of `lines` for which no key is active: mail of theirs goes unsigned.
[[nodiscard]] std::vector<Line> LinesWithoutKey(const View& view, std::span<const KeyPtr> keys,
                                                Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_SUCCESSION_H_
