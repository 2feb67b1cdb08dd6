// Reconciles when the token first answers, be that at the start or later.
#ifndef SERVER_LIFECYCLE_FIRST_RECONCILE_H_
#define SERVER_LIFECYCLE_FIRST_RECONCILE_H_

#include <atomic>
#include <string>
#include <vector>

#include "server/base/work_queue.h"
#include "server/lifecycle/reconcile.h"

namespace dkimkeeper {

// Try is for the start, before there is another thread; then TryOn, from one thread, again and
// again until it has succeeded. All parts must outlive this and the queue's work.
class FirstReconcile {
 public:
  explicit FirstReconcile(const ReconcileParts& parts) : parts_(parts) {}

  // A token that is away is no error: findings says so. Errors of the store.
  [[nodiscard]] Outcome Try();

  // Once more on `acts`, where nothing else acts in the token at the same time; nothing where it
  // has succeeded, or waits there already.
  void TryOn(WorkQueue& acts);

  // Of Try.
  [[nodiscard]] const std::vector<std::string>& findings() const { return findings_; }

 private:
  const ReconcileParts parts_;
  std::vector<std::string> findings_;
  std::atomic<bool> done_or_waiting_ = false;
};

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_FIRST_RECONCILE_H_
