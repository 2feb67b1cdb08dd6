// How far those have come that acknowledge the lists of keys they take.
#ifndef SERVER_STORE_AGENTS_H_
#define SERVER_STORE_AGENTS_H_

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "server/base/published.h"
#include "server/store/key_store.h"

namespace dkimkeeper {

using AgentList = std::vector<AgentAcknowledgement>;  // by identity
using AgentListPtr = std::shared_ptr<const AgentList>;

// Thread-safe.
//
// What callers say waits in memory for the next Exchange, so that no call waits for the store, and
// a thousand agents that take one list are one transaction. What a daemon's end loses is said again
// by each agent, several times an hour.
class Agents {
 public:
  explicit Agents(KeyStore& store) : store_(store) {}  // must outlive this

  // Whoever calls this was found to have `sign` on something: that bounds how many there are.
  void Note(AgentAcknowledgement heard);

  // Writes down what was noted, and hears what other daemons noted. To be called with each beat of
  // the heart. What the store refuses is kept for the next time. Errors of the store. Blocks on it.
  [[nodiscard]] Outcome Exchange(Timestamp now);

  // As of the last exchange that succeeded. Never null.
  [[nodiscard]] AgentListPtr Get() const { return known_.Get(); }

 private:
  KeyStore& store_;
  std::mutex mutex_;
  std::map<Identity, AgentAcknowledgement> noted_;  // guarded by mutex_
  Published<AgentList> known_{std::make_shared<const AgentList>()};
};

}  // namespace dkimkeeper

#endif  // SERVER_STORE_AGENTS_H_
