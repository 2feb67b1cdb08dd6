#include "server/rotation/leased_registry.h"

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> NotHeld() {
  return Fail(Code::kAborted, reason::kLeaseHeld,
              "another daemon may have the executor's lease; it carries on");
}

}  // namespace

Result<Updated> LeasedRegistry::Update(const Registry::Decide& decide) {
  return WithLease(
      decide, [this](const Registry::Decide& leased) { return registry_.Update(Now(), leased); });
}

Result<Updated> LeasedRegistry::Update(const Mutation& mutation, const Registry::Decide& decide) {
  return WithLease(decide, [&](const Registry::Decide& leased) {
    return registry_.Update(mutation, Now(), leased);
  });
}

Result<Updated> LeasedRegistry::WithLease(const Registry::Decide& decide, const Commit& commit) {
  const auto fence = lease_.Fence();
  if (!fence) return NotHeld();
  auto updated = commit([&](const View& view) -> Result<Decision> {
    auto decision = decide(view);
    if (decision && !decision->changes.empty()) {
      decision->changes.emplace_back(RequireLease{*fence});
    }
    return decision;
  });
  if (!updated && updated.error().reason == reason::kLeaseHeld) lease_.Lose();
  return updated;
}

Outcome LeasedRegistry::CheckHeld() const {
  if (lease_.Fence()) return {};
  return NotHeld();
}

}  // namespace dkimkeeper
