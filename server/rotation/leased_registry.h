// Commits of the executor: each carries its lease.
#ifndef SERVER_ROTATION_LEASED_REGISTRY_H_
#define SERVER_ROTATION_LEASED_REGISTRY_H_

#include <functional>

#include "proto/base/clock.h"
#include "server/rotation/executor_lease.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Thread-safe.
class LeasedRegistry {
 public:
  // All must outlive this.
  LeasedRegistry(Registry& registry, ExecutorLease& lease, const Clock& clock)
      : registry_(registry), lease_(lease), clock_(clock) {}

  [[nodiscard]] ViewPtr Get() const { return registry_.Get(); }

  // As Registry::Update, without a mutation or with one; ABORTED/LEASE_HELD, and nothing is
  // changed, where another daemon may have the lease.
  [[nodiscard]] Result<Updated> Update(const Registry::Decide& decide);
  [[nodiscard]] Result<Updated> Update(const Mutation& mutation, const Registry::Decide& decide);

  // Before an effect outside the store, which no fence holds back: ABORTED/LEASE_HELD.
  [[nodiscard]] Outcome CheckHeld() const;

 private:
  using Commit = std::function<Result<Updated>(const Registry::Decide&)>;
  [[nodiscard]] Result<Updated> WithLease(const Registry::Decide& decide, const Commit& commit);
  [[nodiscard]] Timestamp Now() const { return ToTimestamp(clock_.Now()); }

  Registry& registry_;
  ExecutorLease& lease_;
  const Clock& clock_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_LEASED_REGISTRY_H_
