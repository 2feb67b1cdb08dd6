// The life cycle with its effects: intent into the store, act in the token, outcome into the store.
#ifndef SERVER_LIFECYCLE_KEY_OPERATIONS_H_
#define SERVER_LIFECYCLE_KEY_OPERATIONS_H_

#include <string>

#include "proto/base/clock.h"
#include "server/lifecycle/journal.h"
#include "server/lifecycle/key_claims.h"
#include "server/lifecycle/key_decisions.h"
#include "server/lifecycle/key_pairs.h"
#include "server/lifecycle/rotate_decisions.h"

namespace dkimkeeper {

// Every act can be repeated with its mutation: what is done is answered without asking the token,
// what was interrupted is carried on. An intent that failed for good is undone; one in doubt stays
// and is finished by the repeat or by Reconcile at the next start. ABORTED/CHANGED_SINCE_READ: the
// repeated request was undone.
//
// Thread-safe. Generate, Adopt, Activate, Destroy and Finish block on the key's token; Retire,
// Revoke and Rotate touch only the store, so that an emergency waits for nobody. What another
// thread is making or removing right now is ABORTED/CHANGED_SINCE_READ: repeat it later.
class KeyOperations {
 public:
  struct Parts {
    Registry& registry;
    const Tokens& tokens;
    Journal& journal;
    const Clock& clock;
    Policy policy;
  };
  // All must outlive this.
  explicit KeyOperations(const Parts& parts)
      : parts_(parts), pairs_({parts.registry, parts.tokens, parts.clock}) {}
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
                                      const Revocation& how);
  // The sender's keys as they are then. A repeated request finds them so, too.
  [[nodiscard]] Result<std::vector<KeyPtr>> Rotate(const Mutation& mutation,
                                                   const RotateRequest& request);
  // FAILED_PRECONDITION/KEY_CHANGED where the token holds another key under that id: it is somebody
  // else's and stays.
  [[nodiscard]] Result<KeyPtr> Destroy(const Mutation& mutation, const KeyRequest& request);

  // Carries on with what was interrupted, if anything was. Null: the token never made that pair, or
  // not as it must be (KEY_NOT_BORN_HERE); its intent is taken back, what it made is left alone.
  [[nodiscard]] Result<KeyPtr> Finish(const KeyPtr& key);

  // For the executor, whose intents are its own: makes the pair of one that is stored. Errors of
  // KeyPairs::Make.
  [[nodiscard]] Result<KeyPtr> Make(const KeyPtr& intent);
  // Errors of the Token.
  [[nodiscard]] Result<SignedSample> SignSample(const Key& key) { return pairs_.SignSample(key); }

  // The token holds another key than was registered: it never signs again.
  [[nodiscard]] Outcome Quarantine(const Key& key);

 private:
  struct Begun {
    KeyPtr key;
    bool repeated = false;
  };
  [[nodiscard]] Result<Begun> Begin(const Mutation& mutation, Verb verb,
                                    const Registry::Decide& decide);
  [[nodiscard]] Result<KeyPtr> Commit(const Mutation& mutation, Verb verb,
                                      const Registry::Decide& decide);
  [[nodiscard]] Result<KeyPtr> Repeated(const Mutation& mutation, Verb verb);

  [[nodiscard]] Timestamp Now() const { return ToTimestamp(parts_.clock.Now()); }

  const Parts parts_;
  KeyPairs pairs_;
  KeyClaims claims_;
};

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_KEY_OPERATIONS_H_
