// The keys as the signing path sees them: one immutable snapshot, swapped whole.
#ifndef SERVER_KEYS_KEYRING_H_
#define SERVER_KEYS_KEYRING_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/keys/key.h"

namespace dkimkeeper {

// Immutable after construction, so thread-safe. A look-up costs the same for one key and for a
// hundred thousand.
class Keyring {
 public:
  Keyring() = default;
  explicit Keyring(const std::vector<std::shared_ptr<const Key>>& keys);

  // Null when no key ever had that selector in that domain.
  [[nodiscard]] std::shared_ptr<const Key> Find(const Domain& domain,
                                                const Selector& selector) const;

  // The key to sign with now: the ACTIVE one of that line. Null when there is none.
  [[nodiscard]] std::shared_ptr<const Key> Current(const Domain& domain, const Sender& sender,
                                                   Algorithm algorithm, Timestamp now) const;

  // Every key that signs now, sorted by domain, sender and algorithm, ACTIVE before RETIRING.
  [[nodiscard]] std::vector<std::shared_ptr<const Key>> SigningAt(Timestamp now) const;

 private:
  // Where the keys of one domain, sender and algorithm are in `lines_`.
  struct Line {
    std::size_t first = 0;
    std::size_t count = 0;
  };

  std::unordered_map<std::string, std::shared_ptr<const Key>> by_name_;
  // Those that are not barred, sorted by domain, sender and algorithm.
  std::vector<std::shared_ptr<const Key>> lines_;
  std::unordered_map<std::string, Line> by_line_;
};

}  // namespace dkimkeeper

#endif  // SERVER_KEYS_KEYRING_H_
