// The keys of some domains, in the forms in which they are looked up.
#ifndef SERVER_KEYS_KEYRING_PART_H_
#define SERVER_KEYS_KEYRING_PART_H_

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/keys/key.h"

namespace dkimkeeper {

// Immutable after construction, so thread-safe. Its functions do what Keyring's do.
class KeyringPart {
 public:
  explicit KeyringPart(const std::vector<std::shared_ptr<const Key>>& keys);

  [[nodiscard]] std::shared_ptr<const Key> Find(const Domain& domain,
                                                const Selector& selector) const;
  [[nodiscard]] std::shared_ptr<const Key> Current(const Domain& domain, const Sender& sender,
                                                   Algorithm algorithm, Timestamp now) const;
  // Adds those that sign now to `signing`, in any order.
  void AddSigningAt(Timestamp now, std::vector<std::shared_ptr<const Key>>& signing) const;

  // In any order.
  [[nodiscard]] std::vector<std::shared_ptr<const Key>> All() const;

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

#endif  // SERVER_KEYS_KEYRING_PART_H_
