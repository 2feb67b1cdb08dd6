#include "server/rotation/line_picture.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "server/keys/key_state.h"

namespace dkimkeeper {
namespace {

using KeyPtr = LinePicture::KeyPtr;

bool Reigns(const Key& key, Timestamp now) {
  return !IsBarred(key) && StateAt(key, now) == KeyState::kActive;
}

// Those with a proof come first, then the oldest.
bool ComesBefore(const KeyPtr& a, const KeyPtr& b) {
  return std::tuple(!a->published_at, a->created_at, a->selector) <
         std::tuple(!b->published_at, b->created_at, b->selector);
}

bool IsGivenUp(const DomainEntry& entry, const Sender& sender, const KeyPolicy& policy,
               Algorithm algorithm) {
  return entry.removing_at || entry.removing_senders.contains(sender) ||
         std::ranges::find(policy.algorithms, algorithm) == policy.algorithms.end();
}

}  // namespace

bool NeverUsed(const Key& key) { return !IsBarred(key) && !key.activated_at && !key.retired_at; }

LinePicture PictureOf(const DomainEntry& entry, const Sender& sender, Algorithm algorithm,
                      KeyPolicy policy, std::vector<KeyPtr> keys, Timestamp now) {
  LinePicture line{.entry = entry,
                   .sender = sender,
                   .algorithm = algorithm,
                   .policy = std::move(policy),
                   .keys = std::move(keys),
                   .active = {},
                   .successor = {}};
  line.given_up = IsGivenUp(entry, sender, line.policy, algorithm);
  bool lost = false;
  for (const KeyPtr& key : line.keys) {
    if (Reigns(*key, now)) line.active = key;
    if (NeverUsed(*key) && (!line.successor || ComesBefore(key, line.successor))) {
      line.successor = key;
    }
    lost = lost || key->compromised || key->quarantined_at;
  }
  line.urgent = lost && !line.active && !line.given_up;
  return line;
}

bool PoolExhausted(const LinePicture& line) {
  const auto pool = line.policy.selector_pools.find(line.algorithm);
  if (pool == line.policy.selector_pools.end() || pool->second.empty()) return false;
  return std::ranges::all_of(pool->second, [&](const Selector& selector) {
    return std::ranges::any_of(line.keys, [&](const KeyPtr& key) {
      return key->selector == selector && !key->destroyed_at;
    });
  });
}

}  // namespace dkimkeeper
