// One request, carried out on a token.
#ifndef HSM_WORKER_CALL_DESK_H_
#define HSM_WORKER_CALL_DESK_H_

#include <functional>

#include "hsm/token.h"
#include "hsm/wire/messages.h"

namespace dkimkeeper {

// What a worker lets be destroyed. Both are called by several threads at once; an empty function
// allows everything, and tells nobody.
struct DestructionRule {
  // Before the key is touched: RESOURCE_EXHAUSTED/DESTROY_LIMIT.
  std::function<Outcome(const KeyId& id)> allow;
  // After it is gone.
  std::function<void(const KeyId& id)> done;
};

// Turns requests into calls of `token`, which must outlive this. Thread-safe where `token` is.
class CallDesk {
 public:
  using Reply = std::function<void(wire::Answer answer)>;

  CallDesk(Token& token, DestructionRule destruction)
      : token_(token), destruction_(std::move(destruction)) {}

  // Blocks until it is done. One reply; several to FindKeysCall, of which the last one says so.
  void Handle(const wire::Request& request, const Reply& reply);

 private:
  [[nodiscard]] Outcome Destroy(const KeyId& id, Deadline deadline);

  Token& token_;
  const DestructionRule destruction_;
};

}  // namespace dkimkeeper

#endif  // HSM_WORKER_CALL_DESK_H_
