#include "server/lifecycle/first_reconcile.h"

namespace dkimkeeper {

Outcome FirstReconcile::Try() {
  if (parts_.token.Info().ready_workers != 0) {
    auto findings = Reconcile(parts_);
    if (findings) {
      findings_ = *std::move(findings);
      done_or_waiting_ = true;
      return {};
    }
    if (findings.error().code != Code::kUnavailable) return Forward(findings);
  }
  findings_ = {"unfinished: the token was away at the start; it is looked through when it comes"};
  return {};
}

void FirstReconcile::TryOn(WorkQueue& acts) {
  if (parts_.token.Info().ready_workers == 0) return;
  if (done_or_waiting_.exchange(true)) return;
  const auto queued = acts.Submit([this] {
    if (!Reconcile(parts_)) done_or_waiting_ = false;
  });
  if (!queued) done_or_waiting_ = false;
}

}  // namespace dkimkeeper
