// Tries an operation until it succeeds, fails for good, or its deadline passes.
#ifndef HSM_PKCS11_RECOVERY_LOOP_H_
#define HSM_PKCS11_RECOVERY_LOOP_H_

#include "hsm/pkcs11/connection.h"
#include "hsm/pkcs11/operation.h"
#include "hsm/pkcs11/recovery_budget.h"

namespace dkimkeeper::pkcs11 {

// Does what the table of failures says, nothing else. Thread-safe. `connection` must outlive this.
class RecoveryLoop {
 public:
  explicit RecoveryLoop(Connection& connection) : connection_(connection) {}

  // DEADLINE_EXCEEDED/DEADLINE, or the error of the trouble that no recovery got over.
  [[nodiscard]] Outcome Perform(Operation& operation, Deadline deadline);

 private:
  [[nodiscard]] Attempt<void> TryOnce(Operation& operation, Circumstances& now);
  // One step out of `trouble`, and out of the trouble that this step met.
  [[nodiscard]] Outcome Recover(Trouble trouble, Operation& operation, RecoveryBudget& budget,
                                Circumstances& now);
  [[nodiscard]] Attempt<void> Take(Recovery step, Operation& operation,
                                   const RecoveryBudget& budget, Circumstances& now);

  Connection& connection_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_RECOVERY_LOOP_H_
