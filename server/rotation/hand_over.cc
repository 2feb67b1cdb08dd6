#include "server/rotation/hand_over.h"

#include <algorithm>

#include "server/keys/key_state.h"
#include "server/lifecycle/succession.h"

namespace dkimkeeper {
namespace {

// Agents say several times an hour which list they have: however short a window is, one that lives
// counts.
constexpr std::chrono::milliseconds kHeardOf = std::chrono::hours(1);

// One commit writes the end of the one and the begin of the other (Succeed): whoever has a list of
// that commit's generation has the successor.
bool HasSuccessor(const View& view, const Key& key) {
  return std::ranges::any_of(KeysOf(view, key.domain), [&](const KeyPtr& other) {
    return LineOf(*other) == LineOf(key) && other->id != key.id &&
           other->activated_at == key.retired_at;
  });
}

}  // namespace

HandOver HandOverOf(const View& view, const Key& key, const AgentList& agents) {
  HandOver hand_over;
  const bool replaced = key.retired_at && key.signs_until && key.stop_generation;
  if (agents.empty() || !replaced || IsBarred(key) || !HasSuccessor(view, key)) return hand_over;
  const auto heard_of = std::max(*key.signs_until - *key.retired_at, kHeardOf);
  const Scope line = Scope::Of(key.domain, key.sender);
  for (const AgentAcknowledgement& agent : agents) {
    if (agent.at + heard_of < *key.retired_at) continue;
    if (!view.rules.HasGrant(agent.identity, Verb::kSign, line)) continue;
    ++hand_over.agents;
    if (agent.generation == 0) {
      hand_over.unknown = true;
    } else if (agent.generation < *key.stop_generation) {
      hand_over.behind.push_back(agent.identity.str());
    }
  }
  return hand_over;
}

}  // namespace dkimkeeper
