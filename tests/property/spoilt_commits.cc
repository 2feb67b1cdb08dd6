#include "tests/property/spoilt_commits.h"

#include <algorithm>

#include "server/keys/key_state.h"

namespace dkimkeeper::sim {
namespace {

// `spoil` is given each key that is committed, as it was before (null: it is new) and as it shall
// be.
using SpoilKey = std::function<void(const Key* before, Key& key)>;

std::function<void(std::vector<Change>&)> EachKey(Scene& scene, SpoilKey spoil) {
  return [&scene, spoil = std::move(spoil)](std::vector<Change>& changes) {
    for (Change& change : changes) {
      auto* put = std::get_if<PutKey>(&change);
      if (put != nullptr) spoil(scene.judge.Find(put->key.id), put->key);
    }
  };
}

// The key that reigns over the line of `successor`; null: none.
std::shared_ptr<const Key> Predecessor(const Contents& contents, const Key& successor) {
  for (const auto& [name, key] : contents.keys) {
    const bool reigns = key->activated_at && !key->retired_at && !IsBarred(*key);
    if (LineOf(*key) == LineOf(successor) && reigns) return key;
  }
  return nullptr;
}

// The old key retires as soon as the new one is published.
void LeaveGap(Scene& scene, std::vector<Change>& changes) {
  std::vector<Change> more;
  for (const Change& change : changes) {
    const auto* put = std::get_if<PutKey>(&change);
    if (put == nullptr || !put->key.published_at || put->key.activated_at) continue;
    const Key* before = scene.judge.Find(put->key.id);
    if (before == nullptr || before->published_at) continue;
    const auto old = Predecessor(*scene.store.Load(), put->key);
    if (!old) continue;
    Key retired = *old;
    retired.retired_at = put->key.published_at;
    retired.signs_until = put->key.published_at;
    more.emplace_back(PutKey{std::move(retired)});
  }
  std::ranges::move(more, std::back_inserter(changes));
}

// A new key gets the selector of one of its line that is long destroyed.
void ReuseSelector(Scene& scene, std::vector<Change>& changes) {
  const auto contents = scene.store.Load();
  for (Change& change : changes) {
    auto* put = std::get_if<PutKey>(&change);
    if (put == nullptr || scene.judge.Find(put->key.id) != nullptr) continue;
    for (const auto& [name, key] : contents->keys) {
      if (LineOf(*key) == LineOf(put->key) && key->destroyed_at) put->key.selector = key->selector;
    }
  }
}

}  // namespace

std::function<void(std::vector<Change>&)> SpoilerFor(Scene& scene) {
  switch (scene.bug) {
    case PlantedBug::kGap:
      return [&scene](std::vector<Change>& changes) { LeaveGap(scene, changes); };
    case PlantedBug::kSelectorAgain:
      return [&scene](std::vector<Change>& changes) { ReuseSelector(scene, changes); };
    case PlantedBug::kNoDrain:
      return EachKey(scene, [](const Key* before, Key& key) {
        if (before != nullptr && !before->stopped_at && key.stopped_at) {
          key.stopped_at = *key.stopped_at - std::chrono::days(60);
        }
      });
    case PlantedBug::kRevokedAtOnce:
      return EachKey(scene, [](const Key* before, Key& key) {
        if (before != nullptr && !before->retired_at && key.retired_at && !key.revoked_at) {
          key.signs_until = key.retired_at;
          key.revoked_at = key.retired_at;
          key.stopped_at = *key.retired_at - std::chrono::days(60);
        }
      });
    case PlantedBug::kOutcomeForgotten:
      return EachKey(scene,
                     [](const Key* /*before*/, Key& key) { key.withdrawn.proven_at.reset(); });
    case PlantedBug::kNone:
    case PlantedBug::kHastyProof:
    case PlantedBug::kNothingFinished:
    case PlantedBug::kBlindRemoval:
      break;
  }
  return {};
}

}  // namespace dkimkeeper::sim
