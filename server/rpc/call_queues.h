// Where calls wait that block, by what they block on: none waits behind what is slower.
#ifndef SERVER_RPC_CALL_QUEUES_H_
#define SERVER_RPC_CALL_QUEUES_H_

#include "server/base/work_queue.h"

namespace dkimkeeper {

// They end with it: what waits runs first.
struct CallQueues {
  WorkQueue changes{{.threads = 1, .limit = 256}};     // of the store
  WorkQueue emergencies{{.threads = 2, .limit = 64}};  // that all daemons must hear of
  WorkQueue rights{{.threads = 2, .limit = 64}};       // changed, and all daemons must hear of it
  WorkQueue looks{{.threads = 4, .limit = 256}};       // at DNS, and ahead
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_CALL_QUEUES_H_
