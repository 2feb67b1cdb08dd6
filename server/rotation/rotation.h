// The executor: takes the planner's steps, one at a time.
#ifndef SERVER_ROTATION_ROTATION_H_
#define SERVER_ROTATION_ROTATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/rotation/leased_registry.h"
#include "server/rotation/planner.h"
#include "server/rotation/record_work.h"
#include "server/rotation/rotation_parts.h"
#include "server/rotation/token_work.h"

namespace dkimkeeper {

enum class StepEnd : std::uint8_t {
  kDone,
  kWaits,   // it was tried, and the world is not ready: Attempts says what it waits for
  kFailed,  // Attempts says why; it is tried again
  kGone,    // the plan does not want it (now, or from this daemon)
};

// Each step: the plan must want it on the newest picture, its intent is committed, its effect
// happens, its outcome is committed. So it can be cut short anywhere and taken again by this or
// another daemon: an effect that happened already is one that succeeds. A step that fails is
// written into Attempts and the journal; no failure loses a key.
//
// Without the executor's lease nothing is planned and nothing done. After a jump of the clock what
// is left of each wait is kept as it was before anything else happens.
//
// Synchronous, and without threads of its own (rotation_loop.h has them). Thread-safe for steps of
// different domains; of one domain one at a time. Every call blocks on the store; Perform and
// CheckNow on DNS, a publisher or a token, for a bounded time.
class Rotation {
 public:
  explicit Rotation(const RotationParts& parts);
  Rotation(const Rotation&) = delete;
  Rotation& operator=(const Rotation&) = delete;

  // Everything that is planned now, by due time; raises and clears what the executor has to tell
  // operators. Empty without the lease.
  [[nodiscard]] std::vector<Step> Plan();

  // The first step of `domain` that is due and ours to take; nothing: none is.
  [[nodiscard]] std::optional<Step> DueIn(const Domain& domain);

  // Takes `step`, if it is due and ours to take.
  StepEnd Perform(const Step& step);

  // See RotationDesk: for operators, with or without the lease.
  [[nodiscard]] Result<RecordCheck> CheckNow(const Key& key);
  [[nodiscard]] Outcome ProveNow(const Key& key);

  // The name of the token whose work `step` is, "" for one that is none.
  [[nodiscard]] std::string TokenOf(const Step& step) const;

  // What failed a moment ago is due at once.
  void TryAll() { parts_.attempts.ForgetAll(); }

 private:
  // After a jump of the clock moves the waits along.
  [[nodiscard]] Outcome SettleClock();
  [[nodiscard]] Outcome MoveWaits(const ExecutorLease::Jump& jump);
  [[nodiscard]] bool IsDue(const View& view, const Step& step, Timestamp now) const;
  // Decisions that hold where the plan wants `step`, else ABORTED/CHANGED_SINCE_READ. `step` must
  // outlive it.
  [[nodiscard]] Guard IfDue(const Step& step) const;
  [[nodiscard]] Surroundings Around(std::span<const TokenTerms> tokens) const;

  // A step that makes a key learns its selector.
  [[nodiscard]] Result<Waits> Take(Step& step);
  [[nodiscard]] Result<Waits> Mark(const Step& step);
  StepEnd End(const Step& step, const Result<Waits>& taken);
  void Tell(const Step& step, const std::optional<Attempt>& before, const Result<Waits>& taken);

  [[nodiscard]] Timestamp Now() const { return ToTimestamp(parts_.clock.Now()); }

  const RotationParts parts_;
  LeasedRegistry registry_;
  RecordWork records_;
  TokenWork token_work_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_ROTATION_H_
