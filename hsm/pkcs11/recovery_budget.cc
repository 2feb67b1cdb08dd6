#include "hsm/pkcs11/recovery_budget.h"

#include <utility>

namespace dkimkeeper::pkcs11 {
namespace {

unsigned Allowance(Recovery recovery) {
  switch (recovery) {
    case Recovery::kRetry:
    case Recovery::kReplaceSession:
    case Recovery::kShrinkPool:
    case Recovery::kReinitialise:
      return 3;
    case Recovery::kFindKeyAgain:
    case Recovery::kLogInAgain:
      return 2;
    case Recovery::kSuccess:
    case Recovery::kReplaceThenReinitialise:
    case Recovery::kFail:
    case Recovery::kStop:
      return 0;
  }
  return 0;
}

}  // namespace

std::optional<Recovery> RecoveryBudget::Spend(Recovery asked) {
  if (asked == Recovery::kReplaceThenReinitialise) {
    asked =
        std::exchange(unknown_once_, true) ? Recovery::kReinitialise : Recovery::kReplaceSession;
  }
  unsigned char& spent = spent_[static_cast<std::size_t>(asked)];
  if (spent >= Allowance(asked)) return std::nullopt;
  ++spent;
  return asked;
}

std::chrono::milliseconds RecoveryBudget::Backoff() const {
  const unsigned retries = spent_[static_cast<std::size_t>(Recovery::kRetry)];
  return std::chrono::milliseconds(retries == 0 ? 1 : 1 << (2 * (retries - 1)));
}

}  // namespace dkimkeeper::pkcs11
