// What the store says and what a token holds, side by side. Finishes what was interrupted, reports
// what differs, deletes nothing.
#ifndef SERVER_LIFECYCLE_RECONCILE_H_
#define SERVER_LIFECYCLE_RECONCILE_H_

#include <string>
#include <vector>

#include "proto/base/event_log.h"
#include "server/base/alarms.h"
#include "server/lifecycle/key_operations.h"
#include "server/tokens/tokens.h"

namespace dkimkeeper {

struct ReconcileParts {
  Registry& registry;
  const ServedToken& token;
  KeyOperations& operations;
  AlarmBoard& alarms;
  EventLog& events;
  const Clock& clock;
};

// Keys of that token only. One line a finding, for Status:
//   finished, undone   an act that was interrupted, and what became of it
//   unfinished         one that the token refuses; it is tried again the next time
//   missing            raises `key.missing`. An empty token never proves that keys were deleted
//   changed            another key stands under the id of this one: quarantined, `key.changed`
//   unknown            in the token and not in the store, or twice in the token; the selector in
//   its
//                      label counts as used from now on
// Nothing in the token is deleted but what an operator had told to destroy. Errors of the token and
// of the store.
[[nodiscard]] Result<std::vector<std::string>> Reconcile(const ReconcileParts& parts);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_RECONCILE_H_
