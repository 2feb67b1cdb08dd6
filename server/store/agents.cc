#include "server/store/agents.h"

#include <chrono>
#include <utility>

namespace dkimkeeper {
namespace {

// Who was not heard of for so long is forgotten: twice the longest hand-over window.
constexpr std::chrono::days kForget{60};

}  // namespace

void Agents::Note(AgentAcknowledgement heard) {
  const std::lock_guard lock(mutex_);
  Identity identity = heard.identity;
  noted_.insert_or_assign(std::move(identity), std::move(heard));
}

Outcome Agents::Exchange(Timestamp now) {
  std::map<Identity, AgentAcknowledgement> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(noted_);
  }
  AgentList heard;
  for (const auto& [identity, agent] : taken) heard.push_back(agent);
  auto known = store_.Acknowledge(heard, now - kForget);
  if (!known) {
    const std::lock_guard lock(mutex_);
    noted_.merge(taken);  // what was said meanwhile stays
    return Forward(known);
  }
  known_.Publish(std::make_shared<const AgentList>(*std::move(known)));
  return {};
}

}  // namespace dkimkeeper
