// One line of keys (a domain, sender and algorithm) as the planner sees it.
#ifndef SERVER_ROTATION_LINE_PICTURE_H_
#define SERVER_ROTATION_LINE_PICTURE_H_

#include <memory>
#include <vector>

#include "server/keys/key_policy.h"
#include "server/store/contents.h"

namespace dkimkeeper {

// A value; refers to the registry's picture, which must outlive it.
struct LinePicture {
  using KeyPtr = std::shared_ptr<const Key>;

  const DomainEntry& entry;
  Sender sender;
  Algorithm algorithm = Algorithm::kRsaSha256;
  KeyPolicy policy;
  std::vector<KeyPtr> keys;  // all of the line, destroyed ones too, by selector

  KeyPtr active;     // signs, and is not replaced yet; null: none
  KeyPtr successor;  // whose turn is next: never used, its record proven if any is; null: none
  // The domain, the sender or the algorithm is given up: no new key is wanted.
  bool given_up = false;
  // Mail goes unsigned because of a compromise or a quarantine: neither a pause nor the retention
  // of revoked records holds up the next key.
  bool urgent = false;
};

// `keys` are those of the line.
[[nodiscard]] LinePicture PictureOf(const DomainEntry& entry, const Sender& sender,
                                    Algorithm algorithm, KeyPolicy policy,
                                    std::vector<LinePicture::KeyPtr> keys, Timestamp now);

// It was never activated, retired or revoked, and may be.
[[nodiscard]] bool NeverUsed(const Key& key);

// Every selector of the line's pool is taken by a key that is not destroyed. False without a pool.
[[nodiscard]] bool PoolExhausted(const LinePicture& line);

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_LINE_PICTURE_H_
