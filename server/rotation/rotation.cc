#include "server/rotation/rotation.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "proto/reason.h"
#include "server/lifecycle/key_admission.h"
#include "server/lifecycle/removal_decisions.h"
#include "server/rotation/rotation_alarms.h"
#include "server/rotation/rotation_decisions.h"
#include "server/rotation/shifted_waits.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> NotWanted() {
  return Fail(Code::kAborted, reason::kChangedSinceRead, "the plan does not want that step now");
}

// Nobody's fault: another daemon, or an operator, was quicker.
bool IsGone(const Error& error) {
  return error.reason == reason::kChangedSinceRead || error.reason == reason::kLeaseHeld;
}

Subject SubjectOf(const Step& step, std::string detail) {
  return {.domain = step.domain.str(),
          .sender = step.sender.str(),
          .selector = step.selector ? step.selector->str() : "",
          .detail = std::move(detail)};
}

std::int64_t ToSeconds(std::chrono::milliseconds time) {
  return std::chrono::round<std::chrono::seconds>(time).count();
}

// As MoveWaits wrote it.
std::chrono::milliseconds MillisecondsOf(const std::string& text) {
  std::int64_t count = 0;
  (void)std::from_chars(text.data(), text.data() + text.size(), count);
  return std::chrono::milliseconds(count);
}

// What happens again and again while all is well is no news.
bool IsNews(StepKind kind) { return kind != StepKind::kWatch && kind != StepKind::kEndHandOver; }

}  // namespace

Rotation::Rotation(const RotationParts& parts)
    : parts_(parts),
      registry_(parts_.registry, parts_.lease, parts_.clock),
      records_(parts_, registry_),
      token_work_(parts_, registry_) {}

Surroundings Rotation::Around(std::span<const TokenTerms> tokens) const {
  return {.policy = parts_.policy,
          .tokens = tokens,
          .attempts = parts_.attempts,
          .acknowledged = parts_.acknowledged(),
          .slowest_clock = parts_.slowest_clock ? parts_.slowest_clock() : std::nullopt,
          .agents = parts_.agents ? parts_.agents() : nullptr};
}

Outcome Rotation::SettleClock() {
  const auto jump = parts_.lease.FindJump();
  if (!jump) return {};
  if (auto moved = MoveWaits(*jump); !moved) return moved;
  parts_.attempts.ForgetAll();
  records_.Forget();
  parts_.lease.Settle(*jump);
  parts_.events.Warning("rotation.waits_moved",
                        {{"seconds", ToSeconds(jump->clock.by)},
                         {"detail", "the clock jumped, or nobody watched it"}});
  return {};
}

// Once for each jump: a commit whose answer was lost is found again by the mark, also by the daemon
// that takes over.
Outcome Rotation::MoveWaits(const ExecutorLease::Jump& jump) {
  auto left = jump.clock.by;
  for (int part = 1; std::chrono::abs(left) > jump.clock.slack; ++part) {
    const Mutation mutation{parts_.identity, "clock-jump-" + jump.mark + "-" + std::to_string(part),
                            "clock-jump"};
    const auto moved = registry_.Update(mutation, [&](const View& view) {
      Decision decision = ShiftWaits(view, left, jump.at.wall - left, parts_.policy);
      decision.subject = std::to_string(left.count());
      return Result<Decision>(std::move(decision));
    });
    if (!moved) return Forward(moved);
    if (!moved->repeated) return {};
    left -= MillisecondsOf(moved->subject);
  }
  return {};
}

std::vector<Step> Rotation::Plan() {
  const auto settled = SettleClock();
  const bool ours = settled && registry_.CheckHeld();
  const ViewPtr view = registry_.Get();
  std::vector<Step> steps;
  if (ours) {
    const auto tokens = parts_.tokens.Terms();
    steps = PlanAll(*view, Around(tokens), Now());
    parts_.attempts.ForgetOthers(steps);
  } else if (!registry_.CheckHeld()) {
    parts_.attempts.ForgetAll();
  }
  std::vector<Alarm> alarms = RotationAlarms(*view, steps, parts_.attempts, Now());
  if (parts_.agents)
    std::ranges::move(AgentAlarms(*view, *parts_.agents(), Now()), std::back_inserter(alarms));
  ShowAlarms(alarms, parts_.alarms, Now());
  return steps;
}

std::optional<Step> Rotation::DueIn(const Domain& domain) {
  if (!SettleClock() || !registry_.CheckHeld()) return std::nullopt;
  const auto tokens = parts_.tokens.Terms();
  const Timestamp now = Now();
  for (Step& step : PlanDomain(*registry_.Get(), domain, Around(tokens), now)) {
    if (step.due > now) break;
    if (!step.advice && step.kind != StepKind::kEndHandOver) return std::move(step);
  }
  return std::nullopt;
}

bool Rotation::IsDue(const View& view, const Step& step, Timestamp now) const {
  const auto tokens = parts_.tokens.Terms();
  return std::ranges::any_of(
      PlanDomain(view, step.domain, Around(tokens), now), [&](const Step& planned) {
        return planned.kind == step.kind && planned.key == step.key &&
               planned.sender == step.sender && planned.algorithm == step.algorithm &&
               !planned.advice && planned.due <= now;
      });
}

Guard Rotation::IfDue(const Step& step) const {
  return [this, &step](Registry::Decide decide) -> Registry::Decide {
    return [this, &step, decide = std::move(decide)](const View& view) -> Result<Decision> {
      if (!IsDue(view, step, Now())) return NotWanted();
      return decide(view);
    };
  };
}

StepEnd Rotation::Perform(const Step& step) {
  if (!SettleClock() || !registry_.CheckHeld()) return StepEnd::kGone;
  if (!IsDue(*registry_.Get(), step, Now())) return StepEnd::kGone;
  Step taken = step;
  const Result<Waits> waits = Take(taken);
  return End(taken, waits);
}

Result<Waits> Rotation::Take(Step& step) {
  const Guard guard = IfDue(step);
  if (step.kind == StepKind::kGenerate) {
    const Result<KeyPtr> made = token_work_.Generate(step, guard);
    if (!made) return Forward(made);
    if (*made) step.selector = (*made)->selector;
    return Waits();
  }
  if (!step.key) return Mark(step);
  const KeyPtr key = registry_.Get()->keyring.Find(step.domain, *step.selector);
  if (!key || key->id != *step.key) return NotWanted();
  switch (step.kind) {
    case StepKind::kFinish:
      return token_work_.Finish(key);
    case StepKind::kDestroy:
      return token_work_.Destroy(*key, guard);
    case StepKind::kPublish:
    case StepKind::kWithdraw:
    case StepKind::kRemove:
      return records_.Change(*key, StageFor(step.kind), guard);
    case StepKind::kProve:
    case StepKind::kProveWithdrawn:
    case StepKind::kProveRemoved:
      return records_.Prove(*key, StageFor(step.kind));
    case StepKind::kWatch:
      return records_.Watch(*key);
    case StepKind::kActivate:
      return records_.Activate(*key, guard);
    case StepKind::kGenerate:
    case StepKind::kRetire:
    case StepKind::kAwaitStop:
    case StepKind::kRevoke:
    case StepKind::kShortenHandOver:
    case StepKind::kEndHandOver:
    case StepKind::kDropSender:
    case StepKind::kDropDomain:
      return Mark(step);
  }
  return NotWanted();
}

// Steps that are only written down.
Result<Waits> Rotation::Mark(const Step& step) {
  const auto marked = registry_.Update(IfDue(step)([&](const View& view) -> Result<Decision> {
    if (step.kind == StepKind::kDropDomain) return DecideDropDomain(view, step.domain);
    if (step.kind == StepKind::kDropSender) {
      return DecideDropSender(view, step.domain, step.sender);
    }
    const KeyPtr key = view.keyring.Find(step.domain, *step.selector);
    if (step.kind == StepKind::kAwaitStop) return MarkStopped(view, *key, Now());
    if (step.kind == StepKind::kShortenHandOver) return ShortenHandOver(view, *key, Now());
    if (step.kind == StepKind::kRevoke) return MarkRevoked(view, *key, Now());
    if (step.kind == StepKind::kRetire) {
      const KeyPolicy policy = PolicyOf(view, step.domain, step.sender, parts_.policy);
      return RetireForGood(view, *key, policy, Now());
    }
    return Decision{};  // the hand-over window ends by itself
  }));
  if (!marked) return Forward(marked);
  return Waits();
}

StepEnd Rotation::End(const Step& step, const Result<Waits>& taken) {
  if (!taken && IsGone(taken.error())) return StepEnd::kGone;
  const auto before = parts_.attempts.Find(step);
  Tell(step, before, taken);
  if (taken && taken->empty()) {
    parts_.attempts.Forget(step);
    return StepEnd::kDone;
  }
  if (taken) {
    parts_.attempts.Record(step, Now(), *taken);
    return StepEnd::kWaits;
  }
  parts_.attempts.Record(step, Now(), taken.error().message, taken.error().reason);
  return StepEnd::kFailed;
}

// Once for each problem: the hundredth try that meets the same one is no news.
void Rotation::Tell(const Step& step, const std::optional<Attempt>& before,
                    const Result<Waits>& taken) {
  const std::string problem = taken ? *taken : taken.error().message;
  if (before && before->problem == problem) return;
  std::string act = "rotation." + std::string(StepName(step.kind));
  std::ranges::replace(act, ' ', '_');
  if (taken && !problem.empty()) {
    parts_.events.Info("rotation.waits", {{"step", StepName(step.kind)},
                                          {"domain", step.domain.str()},
                                          {"selector", SubjectOf(step, {}).selector},
                                          {"detail", problem}});
  } else if (!taken || IsNews(step.kind)) {
    parts_.journal.Record(act, parts_.identity, SubjectOf(step, problem),
                          taken ? nullptr : &taken.error());
  }
}

Result<RecordCheck> Rotation::CheckNow(const Key& key) { return records_.CheckNow(key); }

Outcome Rotation::ProveNow(const Key& key) { return records_.ProveNow(key); }

std::string Rotation::TokenOf(const Step& step) const {
  const ViewPtr view = registry_.Get();
  if (step.kind == StepKind::kGenerate) {
    if (!view->contents.domains.contains(step.domain)) return {};
    const auto token = TokenFor(*view, {step.domain, step.sender}, parts_.tokens.Terms());
    return token ? token->name : std::string();
  }
  if (step.kind != StepKind::kFinish && step.kind != StepKind::kDestroy) return {};
  const KeyPtr key = view->keyring.Find(step.domain, *step.selector);
  return key ? key->token : std::string();
}

}  // namespace dkimkeeper
