#include "server/rotation/shifted_waits.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/rotation/key_steps.h"
#include "server/rotation/line_picture.h"

namespace dkimkeeper {
namespace {

class Shift {
 public:
  Shift(std::chrono::milliseconds by, Timestamp before) : by_(by), before_(before) {}

  // The begin of a wait that is not over.
  void Begin(std::optional<Timestamp>& at) const {
    if (at) *at += by_;
  }
  // An end that was still to come.
  void End(std::optional<Timestamp>& at) const {
    if (at && *at > before_) *at += by_;
  }

 private:
  const std::chrono::milliseconds by_;
  const Timestamp before_;
};

// From a pool, and waiting to be free again.
bool FreesItsSelector(const Key& key, const KeyPolicy& policy) {
  const auto pool = policy.selector_pools.find(key.algorithm);
  return pool != policy.selector_pools.end() &&
         std::ranges::find(pool->second, key.selector) != pool->second.end();
}

Key Shifted(Key key, const Shift& shift, const KeyPolicy& policy) {
  if (NeverUsed(key)) {
    shift.Begin(key.published_at);
    shift.Begin(key.usable_from);
  }
  if (key.activated_at && !key.retired_at) shift.Begin(key.rotate_at);
  shift.End(key.signs_until);
  shift.End(key.revoked_at);
  if (!key.withdrawn.begun_at) shift.Begin(key.stopped_at);
  if (!key.removed.begun_at) shift.Begin(key.withdrawn.proven_at);
  if (FreesItsSelector(key, policy)) shift.Begin(key.removed.proven_at);
  return key;
}

}  // namespace

Decision ShiftWaits(const View& view, std::chrono::milliseconds by, Timestamp before,
                    const Policy& policy) {
  const Shift shift(by, before);
  Decision decision;
  std::optional<Timestamp> everywhere = view.contents.waits_from;
  shift.Begin(everywhere);
  if (everywhere) decision.changes.emplace_back(PutWaitsFrom{*everywhere});
  for (const auto& [domain, entry] : view.contents.domains) {
    if (!entry.waits_from) continue;
    DomainEntry shifted = entry;
    shift.Begin(shifted.waits_from);
    decision.changes.emplace_back(PutDomain{std::move(shifted)});
  }
  for (const auto& [name, key] : view.contents.keys) {
    Key shifted = Shifted(*key, shift, PolicyOf(view, key->domain, key->sender, policy));
    if (shifted != *key) decision.changes.emplace_back(PutKey{std::move(shifted)});
  }
  return decision;
}

}  // namespace dkimkeeper
