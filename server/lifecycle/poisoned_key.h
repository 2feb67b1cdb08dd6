// A key that its token dies of.
#ifndef SERVER_LIFECYCLE_POISONED_KEY_H_
#define SERVER_LIFECYCLE_POISONED_KEY_H_

#include <functional>
#include <string>

#include "hsm/key_id.h"
#include "proto/base/clock.h"
#include "server/base/alarms.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// What to do when a request with a key was in flight at two deaths of the worker of `token`: raises
// the alarm `key.poisoned`. Does not block, may be called from any thread. All must outlive the
// function.
[[nodiscard]] std::function<void(const KeyId&)> AlarmOnPoisoned(std::string token,
                                                                const Registry& registry,
                                                                AlarmBoard& alarms,
                                                                const Clock& clock);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_POISONED_KEY_H_
