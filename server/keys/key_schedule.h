// When the turn of a key is over.
#ifndef SERVER_KEYS_KEY_SCHEDULE_H_
#define SERVER_KEYS_KEY_SCHEDULE_H_

#include "server/keys/key.h"
#include "server/keys/key_policy.h"

namespace dkimkeeper {

// When the successor of `key`, activated at `activated_at`, shall take over: after the rotation
// period, less up to a sixteenth of it that depends on the line alone, so that thousands of domains
// that were set up in one hour do not rotate in one hour for ever. The same on every machine. An
// imported key counts as exposed: its turn is over at once, so that its successor takes over as
// soon as it can.
[[nodiscard]] Timestamp PlannedRotation(const Key& key, Timestamp activated_at,
                                        const KeyPolicy& policy);

}  // namespace dkimkeeper

#endif  // SERVER_KEYS_KEY_SCHEDULE_H_
