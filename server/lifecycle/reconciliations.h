// Reconciles each token when the daemon starts, and again whenever it was away and returns.
#ifndef SERVER_LIFECYCLE_RECONCILIATIONS_H_
#define SERVER_LIFECYCLE_RECONCILIATIONS_H_

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "server/lifecycle/reconcile.h"
#include "server/tokens/tokens.h"

namespace dkimkeeper {

// Thread-safe.
class Reconciliations {
 public:
  struct Parts {
    Registry& registry;
    const Tokens& tokens;
    KeyOperations& operations;
    AlarmBoard& alarms;
    EventLog& events;
    const Clock& clock;
  };
  // Tells each token the public keys that the registry expects of it. All must outlive this, and
  // the tokens' queues of acts must be stopped before this goes.
  explicit Reconciliations(const Parts& parts);

  // `ready` is what a health check of `token` found. The first time that it is ready, and the first
  // time after it was not, a reconciliation is queued among its acts; one that failed is queued
  // again with the next check.
  void Checked(const ServedToken& token, bool ready);

  // At the start: checks the health of each token and reconciles those that are ready, in this
  // thread. One that fails is due again.
  void RunWhereReady();

  // Reconciles now, in this thread; false, with an event, where that failed.
  bool Run(const ServedToken& token);

  // Of the last reconciliation of each token, in the order of the configuration; then one line for
  // each key whose token is not configured.
  [[nodiscard]] std::vector<std::string> Findings() const;

 private:
  struct Round {
    bool due = true;  // it may have changed unseen
    bool queued = false;
    std::vector<std::string> findings;
  };

  const Parts parts_;
  mutable std::mutex mutex_;
  std::map<std::string, Round> rounds_;  // by token
};

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_RECONCILIATIONS_H_
