// What an act in the token, or a look at it, leaves behind in the registry: pure functions over the
// picture as it is by then, because the token takes seconds and others do not wait.
#ifndef SERVER_LIFECYCLE_KEY_OUTCOMES_H_
#define SERVER_LIFECYCLE_KEY_OUTCOMES_H_

#include "hsm/token.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// `intent` became the pair `made`. Its row comes back if it was taken back meanwhile: a pair in the
// token is never lost sight of. ABORTED/CHANGED_SINCE_READ when the selector names another key now;
// that one stays as it is.
[[nodiscard]] Result<Decision> RecordBirth(const View& view, const Key& intent,
                                           const TokenKey& made);

// The pair of `intent` was never made: its row goes and its selector is free. No change when it
// became a key meanwhile.
[[nodiscard]] Result<Decision> RecordNoBirth(const View& view, const Key& intent);

// The token holds `key` no longer, as was intended. ABORTED/CHANGED_SINCE_READ when nobody intends
// that any more.
[[nodiscard]] Result<Decision> RecordRemoval(const View& view, const Key& key, Timestamp now);

// The token holds another key under the id of `key`. No change when that is known already.
[[nodiscard]] Result<Decision> RecordQuarantine(const View& view, const Key& key, Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_KEY_OUTCOMES_H_
