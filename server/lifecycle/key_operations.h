// The life cycle with its effects: intent into the store, act in the token, outcome into the store.
#ifndef SERVER_LIFECYCLE_KEY_OPERATIONS_H_
#define SERVER_LIFECYCLE_KEY_OPERATIONS_H_

#include <string>

#include "hsm/token.h"
#include "server/base/clock.h"
#include "server/lifecycle/journal.h"
#include "server/lifecycle/key_decisions.h"

namespace dkimkeeper {

// Every act can be repeated with its mutation: what is done is answered, what was interrupted is
// carried on. An intent that failed for good is undone; one in doubt stays and is finished by the
// repeat or by Reconcile at the next start.
//
// Generate, Adopt, Activate and Destroy call the token and take seconds: call them from one thread
// only. Retire and Revoke touch only the store, so that an emergency waits for nobody; they may run
// in another one.
class KeyOperations {
 public:
  struct Parts {
    Registry& registry;
    Token& token;
    Journal& journal;
    const Clock& clock;
    Policy policy;
  };
  // All must outlive this.
  explicit KeyOperations(Parts parts) : parts_(std::move(parts)) {}
  KeyOperations(const KeyOperations&) = delete;
  KeyOperations& operator=(const KeyOperations&) = delete;

  // Errors: those of the decision of the same name, of Registry::Update and of the Token.
  [[nodiscard]] Result<KeyPtr> Generate(const Mutation& mutation, const GenerateRequest& request);
  [[nodiscard]] Result<KeyPtr> Adopt(const Mutation& mutation, const AdoptRequest& request);
  // Signs something in the token first: a key that cannot sign never becomes active.
  [[nodiscard]] Result<KeyPtr> Activate(const Mutation& mutation, const KeyRequest& request,
                                        const std::string& reason);
  [[nodiscard]] Result<KeyPtr> Retire(const Mutation& mutation, const KeyRequest& request);
  [[nodiscard]] Result<KeyPtr> Revoke(const Mutation& mutation, const KeyRequest& request,
                                      bool compromised);
  [[nodiscard]] Result<KeyPtr> Destroy(const Mutation& mutation, const KeyRequest& request);

  // Carries on with what was interrupted. A pair that the token does not know was never made: null
  // is the answer.
  [[nodiscard]] Result<KeyPtr> Finish(const Key& key);

  // Takes back the intent of a pair that was never made.
  [[nodiscard]] Outcome UndoBirth(const Key& intent);

  // The token holds another key than was registered: it never signs again.
  [[nodiscard]] Outcome Quarantine(const Key& key);

 private:
  [[nodiscard]] Result<KeyPtr> Settle(const Mutation& mutation, const Registry::Decide& decide);
  [[nodiscard]] Result<KeyPtr> MakePair(const Key& intent);
  [[nodiscard]] Result<KeyPtr> RemovePair(const Key& intent);
  [[nodiscard]] Result<KeyPtr> StoreBirth(const Key& intent, const TokenKey& made);
  [[nodiscard]] Outcome CheckSigns(const Identity& caller, const KeyRequest& request);
  [[nodiscard]] Timestamp Now() const { return ToTimestamp(parts_.clock.Now()); }

  const Parts parts_;
};

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_KEY_OPERATIONS_H_
