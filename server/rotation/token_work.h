// The executor's steps in tokens: pairs made and removed.
#ifndef SERVER_ROTATION_TOKEN_WORK_H_
#define SERVER_ROTATION_TOKEN_WORK_H_

#include "server/rotation/leased_registry.h"
#include "server/rotation/record_work.h"
#include "server/rotation/rotation_parts.h"
#include "server/rotation/steps.h"

namespace dkimkeeper {

// Thread-safe for different keys and lines. All of `parts` and `registry` must outlive this.
class TokenWork {
 public:
  TokenWork(const RotationParts& parts, LeasedRegistry& registry)
      : parts_(parts), registry_(registry) {}

  // The next key of the step's line; null where none was wanted. Errors of DecideNextKey and
  // KeyPairs::Make.
  [[nodiscard]] Result<KeyPtr> Generate(const Step& step, const Guard& guard);
  // Removes it from its token for good. Errors of KeyOperations::Finish.
  [[nodiscard]] Result<Waits> Destroy(const Key& key, const Guard& guard);
  // Carries on with an act that was cut short.
  [[nodiscard]] Result<Waits> Finish(const KeyPtr& key);

 private:
  [[nodiscard]] Timestamp Now() const { return ToTimestamp(parts_.clock.Now()); }

  const RotationParts& parts_;
  LeasedRegistry& registry_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_TOKEN_WORK_H_
