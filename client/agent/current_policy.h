// The policy that new messages begin with.
#ifndef CLIENT_AGENT_CURRENT_POLICY_H_
#define CLIENT_AGENT_CURRENT_POLICY_H_

#include <memory>
#include <mutex>
#include <utility>

#include "client/agent/agent_policy.h"

namespace dkimkeeper {

// Swapped whole. Thread-safe; the lock is held for a pointer copy only.
class CurrentPolicy {
 public:
  using Snapshot = std::shared_ptr<const AgentPolicy>;

  explicit CurrentPolicy(AgentPolicy policy) { Replace(std::move(policy)); }

  // Never null.
  [[nodiscard]] Snapshot Get() const {
    const std::lock_guard lock(mutex_);
    return policy_;
  }

  void Replace(AgentPolicy policy) {
    Snapshot next = std::make_shared<const AgentPolicy>(std::move(policy));
    const std::lock_guard lock(mutex_);
    policy_.swap(next);
  }

 private:
  mutable std::mutex mutex_;
  Snapshot policy_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_CURRENT_POLICY_H_
