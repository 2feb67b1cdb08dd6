#include "server/lifecycle/succession.h"

#include <algorithm>
#include <set>
#include <utility>

#include "server/keys/key_schedule.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/token_admission.h"

namespace dkimkeeper {
namespace {

// It stops signing with the commit of this generation. One that every daemon let go of already
// stays so.
void Stop(Key& key, std::uint64_t generation) {
  if (key.activated_at && !key.stopped_at) key.stop_generation = generation;
}

bool Reigns(const Key& key, Timestamp now) {
  return key.activated_at && !key.destroyed_at && key.retired_at.value_or(now) >= now;
}

bool CanTakeOver(const View& view, const Key& key, const EmergencyTerms& terms, Timestamp now) {
  const bool unused = !IsBarred(key) && !key.activated_at && !key.retired_at;
  if (!unused || key.token == terms.lost_token) return false;
  if (!key.published_at || !key.usable_from || *key.usable_from > now) return false;
  if (key.record_lost_at || key.record_foreign || !key.proof_renewed_at) return false;
  const KeyPolicy policy = PolicyOf(view, key.domain, key.sender, terms.policy);
  if (*key.proof_renewed_at + 2 * policy.watch_interval < now) return false;
  return CheckMayActivate(view, key, terms.tokens).has_value();
}

}  // namespace

Line LineOf(const Key& key) { return {key.domain, key.sender, key.algorithm}; }

std::vector<KeyPtr> KeysOf(const View& view, const Domain& domain) {
  const auto first = Selector::Parse("0");  // none sorts before it
  std::vector<KeyPtr> keys;
  const auto& rows = view.contents.keys;
  for (auto row = rows.lower_bound({domain, *first}); row != rows.end(); ++row) {
    if (row->first.first != domain) break;
    keys.push_back(row->second);
  }
  return keys;
}

std::vector<KeyPtr> SigningKeysOf(const View& view, const Domain& domain, const Sender& sender,
                                  Timestamp now) {
  std::vector<KeyPtr> keys = KeysOf(view, domain);
  std::erase_if(keys,
                [&](const KeyPtr& key) { return key->sender != sender || !SignsAt(*key, now); });
  return keys;
}

std::uint64_t NextGeneration(const View& view) { return view.contents.generation + 1; }

Key Retired(Key key, std::chrono::milliseconds window, std::uint64_t generation, Timestamp now) {
  key.retired_at = now;
  const Timestamp window_end = now + window;
  key.signs_until = std::min(window_end, key.signs_until.value_or(window_end));
  Stop(key, generation);
  return key;
}

Key Revoked(Key key, std::chrono::milliseconds drain, std::uint64_t generation, Timestamp now) {
  const Timestamp last_signature = std::min(now, key.signs_until.value_or(now));
  if (!key.retired_at || *key.retired_at > now) key.retired_at = now;
  key.signs_until = last_signature;
  const Timestamp revoked_at = key.activated_at ? std::max(now, last_signature + drain) : now;
  key.revoked_at = std::min(revoked_at, key.revoked_at.value_or(revoked_at));
  Stop(key, generation);
  return key;
}

Key Compromised(Key key, std::uint64_t generation, Timestamp now) {
  key.retired_at = std::min(now, key.retired_at.value_or(now));
  key.signs_until = std::min(now, key.signs_until.value_or(now));
  key.revoked_at = std::min(now, key.revoked_at.value_or(now));
  key.compromised = true;
  Stop(key, generation);
  return key;
}

std::vector<Change> Succeed(const View& view, Key key, const KeyPolicy& policy, Timestamp now) {
  const Line line = LineOf(key);
  std::vector<Change> changes;
  for (const KeyPtr& other : KeysOf(view, key.domain)) {
    if (LineOf(*other) != line || !Reigns(*other, now)) continue;
    changes.emplace_back(
        PutKey{Retired(*other, policy.handover_window, NextGeneration(view), now)});
  }
  key.activated_at = now;
  key.rotate_at = PlannedRotation(key, now, policy);
  changes.emplace_back(PutKey{std::move(key)});
  return changes;
}

KeyPtr ProvenStandby(const View& view, const Line& line, const EmergencyTerms& terms,
                     Timestamp now) {
  KeyPtr standby;
  for (const KeyPtr& key : KeysOf(view, line.domain)) {
    if (LineOf(*key) != line || !CanTakeOver(view, *key, terms, now)) continue;
    if (!standby || key->created_at < standby->created_at) standby = key;
  }
  return standby;
}

std::vector<Change> StopCompromised(const View& view, std::span<const KeyPtr> keys,
                                    const EmergencyTerms& terms, Timestamp now) {
  std::vector<Change> changes;
  std::set<Line> widowed;
  std::set<std::pair<std::string, KeyId>> lost;
  for (const KeyPtr& key : keys) {
    if (StateAt(*key, now) == KeyState::kActive) widowed.insert(LineOf(*key));
    lost.emplace(key->token, key->id);
    Key stopped = Compromised(*key, NextGeneration(view), now);
    stopped.destroy_now = stopped.destroy_now || terms.destroy_now;
    changes.emplace_back(PutKey{std::move(stopped)});
  }
  for (const Line& line : widowed) {
    const KeyPtr standby = ProvenStandby(view, line, terms, now);
    if (!standby || lost.contains({standby->token, standby->id})) continue;
    Key active = *standby;
    active.activated_at = now;
    active.rotate_at =
        PlannedRotation(active, now, PolicyOf(view, line.domain, line.sender, terms.policy));
    changes.emplace_back(PutKey{std::move(active)});
  }
  return changes;
}

std::vector<Line> LinesWithoutKey(const View& view, std::span<const KeyPtr> keys, Timestamp now) {
  std::set<Line> lines;
  for (const KeyPtr& key : keys) {
    if (!key->activated_at) continue;
    if (view.keyring.Current(key->domain, key->sender, key->algorithm, now)) continue;
    lines.insert(LineOf(*key));
  }
  return {lines.begin(), lines.end()};
}

}  // namespace dkimkeeper
