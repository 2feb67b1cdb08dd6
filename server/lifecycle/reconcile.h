// Start-up: what the store says and what the token holds, side by side. Finishes what was
// interrupted, reports what differs, deletes nothing.
#ifndef SERVER_LIFECYCLE_RECONCILE_H_
#define SERVER_LIFECYCLE_RECONCILE_H_

#include <string>
#include <vector>

#include "server/base/alarms.h"
#include "server/base/event_log.h"
#include "server/lifecycle/key_operations.h"

namespace dkimkeeper {

struct ReconcileParts {
  Registry& registry;
  Token& token;
  KeyOperations& operations;
  AlarmBoard& alarms;
  EventLog& events;
  const Clock& clock;
};

// One line a finding, for Status: "unknown: …", "missing: …", "changed: …", "finished: …",
// "undone: …". A missing key raises `key.missing`, a changed one is quarantined and raises
// `key.changed`. An empty token never proves that keys were deleted: they are only reported. Errors
// of the token and of the store.
[[nodiscard]] Result<std::vector<std::string>> Reconcile(const ReconcileParts& parts);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_RECONCILE_H_
