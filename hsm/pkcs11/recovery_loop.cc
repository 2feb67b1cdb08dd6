#include "hsm/pkcs11/recovery_loop.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

tl::unexpected<Error> DeadlinePassed(const Operation& operation) {
  return Fail(Code::kDeadlineExceeded, reason::kDeadline,
              "The deadline passed while " + operation.Describe() + "; give the call more time.");
}

}  // namespace

Outcome RecoveryLoop::Perform(Operation& operation, Deadline deadline) {
  RecoveryBudget budget;
  Circumstances now{.deadline = deadline};
  while (std::chrono::steady_clock::now() < deadline) {
    Attempt<void> attempt = TryOnce(operation, now);
    if (attempt) return {};
    Outcome recovered = Recover(std::move(attempt.error()), operation, budget, now);
    if (!recovered) return recovered;
  }
  return DeadlinePassed(operation);
}

Attempt<void> RecoveryLoop::TryOnce(Operation& operation, Circumstances& now) {
  now.epoch = connection_.epoch();
  Attempt<SessionPool::Lease> lease = connection_.pool().Take(operation.access(), now.deadline);
  if (!lease) return PassOn(lease);
  // While the lease waited the module may have been re-initialised; while it is held it is not.
  now.epoch = connection_.epoch();
  Attempt<void> attempt = operation.Try(lease->session(), now);
  if (!attempt && attempt.error().session_suspect) lease->Discard();
  return attempt;
}

Outcome RecoveryLoop::Recover(Trouble trouble, Operation& operation, RecoveryBudget& budget,
                              Circumstances& now) {
  for (;;) {
    const std::optional<Recovery> step = budget.Spend(trouble.recovery);
    if (!step) {
      trouble.error.message = "While " + operation.Describe() + ": " + trouble.error.message;
      return tl::unexpected<Error>(std::move(trouble.error));
    }
    Attempt<void> taken = Take(*step, operation, budget, now);
    if (taken) return {};
    trouble = std::move(taken.error());
  }
}

Attempt<void> RecoveryLoop::Take(Recovery step, Operation& operation, const RecoveryBudget& budget,
                                 Circumstances& now) {
  switch (step) {
    case Recovery::kShrinkPool:
      connection_.pool().Shrink();
      return {};
    case Recovery::kRetry:
      connection_.Pause(
          now.epoch, std::min(now.deadline, std::chrono::steady_clock::now() + budget.Backoff()));
      return {};
    case Recovery::kFindKeyAgain:
      operation.ForgetHandle();
      return {};
    case Recovery::kLogInAgain:
      return connection_.LogInAgain(now.epoch, now.deadline);
    case Recovery::kReinitialise: {
      Attempt<void> done = connection_.Reinitialise(now.epoch, now.deadline);
      now.reinitialised = now.reinitialised || done.has_value();
      return done;
    }
    case Recovery::kReplaceSession:  // the lease has given the old one up
    case Recovery::kSuccess:
    case Recovery::kReplaceThenReinitialise:
    case Recovery::kFail:
    case Recovery::kStop:
      return {};
  }
  return {};
}

}  // namespace dkimkeeper::pkcs11
