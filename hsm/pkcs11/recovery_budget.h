// How often one operation may recover from what.
#ifndef HSM_PKCS11_RECOVERY_BUDGET_H_
#define HSM_PKCS11_RECOVERY_BUDGET_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

#include "hsm/pkcs11/ckr.h"

namespace dkimkeeper::pkcs11 {

// A value that one operation spends. Three short pauses, three other sessions, two new handles, two
// logins, three re-initialisations (their rate is limited elsewhere).
class RecoveryBudget {
 public:
  // What to do now that the table asks for `asked`; nothing when the operation has failed. What
  // nobody knows is answered first with another session, then with a re-initialisation.
  [[nodiscard]] std::optional<Recovery> Spend(Recovery asked);

  // Before the next retry: 1, 4, 16 ms.
  [[nodiscard]] std::chrono::milliseconds Backoff() const;

 private:
  std::array<unsigned char, 16> spent_ = {};  // by Recovery
  bool unknown_once_ = false;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_RECOVERY_BUDGET_H_
