// The keys as the signing path sees them: one immutable snapshot, swapped whole.
#ifndef SERVER_KEYS_KEYRING_H_
#define SERVER_KEYS_KEYRING_H_

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "server/keys/keyring_part.h"

namespace dkimkeeper {

// What became of keys, by their names; null: gone.
using KeyChanges = std::map<std::pair<Domain, Selector>, std::shared_ptr<const Key>>;

// Immutable after construction, so thread-safe. A look-up costs the same for one key and for a
// hundred thousand.
class Keyring {
 public:
  Keyring() = default;
  explicit Keyring(const std::vector<std::shared_ptr<const Key>>& keys);

  // This one after `changes`, in the time that a few keys take: what they leave alone is shared.
  [[nodiscard]] Keyring With(const KeyChanges& changes) const;

  // Null when no key ever had that selector in that domain.
  [[nodiscard]] std::shared_ptr<const Key> Find(const Domain& domain,
                                                const Selector& selector) const;

  // The key to sign with now: the ACTIVE one of that line. Null when there is none.
  [[nodiscard]] std::shared_ptr<const Key> Current(const Domain& domain, const Sender& sender,
                                                   Algorithm algorithm, Timestamp now) const;

  // Every key that signs now, sorted by domain, sender and algorithm, ACTIVE before RETIRING.
  [[nodiscard]] std::vector<std::shared_ptr<const Key>> SigningAt(Timestamp now) const;

 private:
  // By domain, so that a change copies little and one domain's keys are together.
  static constexpr std::size_t kParts = 256;
  [[nodiscard]] static std::size_t PartOf(const Domain& domain);

  std::array<std::shared_ptr<const KeyringPart>, kParts> parts_;  // null: no keys
};

}  // namespace dkimkeeper

#endif  // SERVER_KEYS_KEYRING_H_
