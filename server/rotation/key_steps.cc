#include "server/rotation/key_steps.h"

#include <algorithm>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "server/keys/key_state.h"

namespace dkimkeeper {
namespace {

using std::chrono::minutes;

// An act in the token is given so long before somebody else carries on with it.
constexpr auto kActTime = minutes(5);
// A record that is lost is looked at so often.
constexpr auto kLostInterval = minutes(5);
// What other daemons acknowledge shows in the next plan after so long.
constexpr auto kAcknowledgeInterval = std::chrono::seconds(5);

Step StepOf(const Key& key, StepKind kind, Timestamp due, std::string what) {
  return {.kind = kind,
          .domain = key.domain,
          .sender = key.sender,
          .algorithm = key.algorithm,
          .selector = key.selector,
          .key = key.id,
          .due = due,
          .what = std::move(what)};
}

Step ForOperator(Step step, std::string waits_for) {
  step.waits_for = std::move(waits_for);
  step.advice = true;
  return step;
}

// Operators change the records themselves; we only look.
bool ByHand(const LinePicture& line) { return line.policy.mode == RotationMode::kManual; }

// For people: the first few, and how many there are beside.
std::string Names(const std::vector<std::string>& names) {
  constexpr std::size_t kNamed = 5;
  std::string text;
  for (const std::string& name : names | std::views::take(kNamed)) {
    text.append(text.empty() ? "" : ", ").append(name);
  }
  if (names.size() > kNamed) text += " and " + std::to_string(names.size() - kNamed) + " more";
  return text;
}

Timestamp LastSignature(const Key& key) {
  if (key.signs_until) return *key.signs_until;
  if (key.retired_at) return *key.retired_at;
  return key.revoked_at.value_or(key.created_at);
}

// Somebody put a record of it into DNS, as far as we know.
bool MayHaveRecord(const Key& key) {
  return key.shown.begun_at || key.published_at || key.activated_at;
}

// A person looks after its record, and is told what to do.
bool ByOwner(const Key& key) { return key.publisher.empty(); }

// --- Before it signs

Step ActivateStep(const LinePicture& line, const Key& key, const WaitClock& clock) {
  const auto ttls = key.usable_from.value_or(*key.published_at) - *key.published_at;
  Timestamp due = clock.End(*key.published_at, std::max(ttls, std::chrono::milliseconds(0)));
  std::string what = "activate it, once old answers are forgotten";
  if (line.active) {
    due = std::max(due, line.active->rotate_at.value_or(due));
    what = "activate it, which retires " + line.active->selector.str();
  }
  return StepOf(key, StepKind::kActivate, due, std::move(what));
}

std::optional<Step> StepBeforeUse(const LinePicture& line, const Key& key, const WaitClock& clock) {
  if (line.given_up) return StepOf(key, StepKind::kRevoke, clock.now, "give it up, unused");
  if (key.published_at) {
    // A spare one only waits until it is the successor.
    if (line.successor->id != key.id) return std::nullopt;
    return ActivateStep(line, key, clock);
  }
  if (key.shown.asked_at || ByHand(line)) {
    const std::string what = ByOwner(key)
                                 ? "prove its record, once you published what `dns record` prints"
                                 : "prove its record at every server";
    return StepOf(key, StepKind::kProve, clock.Since(key.shown.asked_at.value_or(key.created_at)),
                  what);
  }
  return StepOf(key, StepKind::kPublish, clock.Since(key.created_at), "publish its record");
}

// --- While it signs

std::optional<Step> StepInUse(const LinePicture& line, const Key& key, const WaitClock& clock) {
  if (!line.given_up) return std::nullopt;  // its successor's step is the next one
  return StepOf(key, StepKind::kRetire, clock.now, "retire it: the line is given up");
}

// --- After it

// Every daemon must have heard that it signs no more, or mail is signed while its drain time runs.
std::optional<Step> StopStep(const Key& key, const WaitClock& clock) {
  if (key.stopped_at || !key.activated_at || key.compromised) return std::nullopt;
  const Timestamp end = LastSignature(key);
  if (clock.now < end) {
    return StepOf(key, StepKind::kEndHandOver, end, "its hand-over window ends");
  }
  Step step = StepOf(key, StepKind::kAwaitStop, end, "hear that no daemon signs with it");
  if (clock.acknowledged < key.stop_generation.value_or(0)) {
    step.due = clock.now + kAcknowledgeInterval;
    step.waits_for = "a daemon that has not yet acknowledged the change";
  } else if (clock.slowest.value_or(end) < end) {
    step.due = clock.now + kAcknowledgeInterval;
    step.waits_for = "a daemon by whose clock the hand-over window is not over";
  }
  return step;
}

// Agents that acknowledge are there, and all have the successor. Neither in a pause nor by hand:
// the window's own end does no harm.
bool MayShorten(const LinePicture& line, const Key& key, const WaitClock& clock,
                const HandOver& hand_over) {
  const bool ours = !ByHand(line) && !line.entry.paused_at;
  const bool all_have_it = hand_over.agents > 0 && !hand_over.unknown && hand_over.behind.empty();
  return ours && all_have_it && line.active && !key.handed_over_at && !key.stopped_at &&
         key.signs_until && clock.now + kLastMessages < *key.signs_until;
}

std::optional<Step> StepWhileRetiring(const LinePicture& line, const Key& key,
                                      const WaitClock& clock, const HandOver& hand_over) {
  if (MayShorten(line, key, clock, hand_over)) {
    return StepOf(key, StepKind::kShortenHandOver, clock.Since(*key.retired_at),
                  "end its hand-over window early: all agents have its successor");
  }
  if (auto stop = StopStep(key, clock)) {
    if (stop->kind == StepKind::kEndHandOver && !hand_over.behind.empty()) {
      stop->waits_for = "agents without its successor, until then: " + Names(hand_over.behind);
    }
    return stop;
  }
  if (!key.activated_at) {
    return StepOf(key, StepKind::kRevoke, clock.Since(*key.retired_at), "give it up, unused");
  }
  return StepOf(key, StepKind::kRevoke,
                clock.End(key.stopped_at.value_or(*key.retired_at), line.policy.drain),
                "revoke it: mail that it signed has arrived");
}

// --- Its record goes, then the key

Timestamp WithdrawalDue(const LinePicture& line, const Key& key, const WaitClock& clock) {
  if (key.compromised || !key.activated_at) return clock.Since(*key.revoked_at);
  return std::max(*key.revoked_at,
                  clock.End(key.stopped_at.value_or(*key.revoked_at), line.policy.drain));
}

Step RemovalStep(const LinePicture& line, const Key& key, const WaitClock& clock, Timestamp due) {
  if (!key.removed.asked_at && !ByHand(line)) {
    return StepOf(key, StepKind::kRemove, due, "remove its record");
  }
  return StepOf(key, StepKind::kProveRemoved,
                key.removed.asked_at ? clock.Since(*key.removed.asked_at) : due,
                ByOwner(key) ? "see that no server shows its record, once you removed it"
                             : "see that no server shows its record");
}

// Nothing: there is no record (any more), as far as it is ours.
std::optional<Step> RecordStep(const LinePicture& line, const Key& key, const WaitClock& clock) {
  if (key.record_foreign || key.removed.proven_at || !MayHaveRecord(key)) return std::nullopt;
  if (key.destroyed_at && !key.shown.begun_at) return std::nullopt;
  // Nobody verifies with a key that never signed: no need to say that it is revoked.
  if (!key.activated_at && !key.compromised) {
    return RemovalStep(line, key, clock, clock.Since(*key.revoked_at));
  }
  if (!key.withdrawn.asked_at && !ByHand(line)) {
    return StepOf(key, StepKind::kWithdraw, WithdrawalDue(line, key, clock),
                  "publish its record with p= empty");
  }
  if (!key.withdrawn.proven_at) {
    return StepOf(key, StepKind::kProveWithdrawn,
                  key.withdrawn.asked_at ? clock.Since(*key.withdrawn.asked_at)
                                         : WithdrawalDue(line, key, clock),
                  ByOwner(key) ? "see that servers show p= empty, once you published that"
                               : "see that every server shows p= empty");
  }
  const bool hurry = line.urgent && PoolExhausted(line);
  return RemovalStep(
      line, key, clock,
      hurry ? clock.now : clock.End(*key.withdrawn.proven_at, line.policy.revoked_retention));
}

std::optional<Step> StepAfterRevocation(const LinePicture& line, const Key& key,
                                        const WaitClock& clock) {
  if (key.destroy_now && !key.destroyed_at && StateAt(key, clock.now) == KeyState::kRevoked) {
    return StepOf(key, StepKind::kDestroy, clock.Since(*key.revoked_at),
                  "destroy it in the token, now");
  }
  if (!key.destroyed_at) {
    if (auto stop = StopStep(key, clock)) return stop;
  }
  if (auto record = RecordStep(line, key, clock)) return record;
  if (key.destroyed_at) return std::nullopt;
  const Timestamp due =
      key.removed.proven_at ? clock.Since(*key.removed.proven_at) : WithdrawalDue(line, key, clock);
  return StepOf(key, StepKind::kDestroy, due, "destroy it in the token");
}

}  // namespace

bool LifeIsOver(const Key& key) {
  if (!key.destroyed_at) return false;
  return key.record_foreign || key.removed.proven_at || !key.shown.begun_at;
}

std::optional<Step> NextStepOf(const LinePicture& line, const Key& key, const WaitClock& clock,
                               const HandOver& hand_over) {
  if (LifeIsOver(key)) return std::nullopt;
  if (InProgress(key)) {
    const Timestamp begun_at = key.destroying_at.value_or(key.created_at);
    return StepOf(key, StepKind::kFinish, begun_at > clock.now ? clock.now : begun_at + kActTime,
                  key.public_key ? "finish its removal from the token"
                                 : "finish its generation in the token");
  }
  if (key.revoked_at) return StepAfterRevocation(line, key, clock);
  if (key.destroyed_at) return std::nullopt;
  if (key.quarantined_at) {
    return ForOperator(StepOf(key, StepKind::kRevoke, *key.quarantined_at, "revoke it"),
                       "an operator who looks into who changed the key in the token");
  }
  if (key.retired_at) return StepWhileRetiring(line, key, clock, hand_over);
  if (key.activated_at) return StepInUse(line, key, clock);
  return StepBeforeUse(line, key, clock);
}

std::optional<Step> WatchOf(const LinePicture& line, const Key& key, const WaitClock& clock) {
  const bool needed = !IsBarred(key) || (key.revoked_at && clock.now < *key.revoked_at);
  if (!needed || !key.published_at || key.destroyed_at) return std::nullopt;
  const auto interval = key.record_lost_at ? std::min<std::chrono::milliseconds>(
                                                 line.policy.watch_interval, kLostInterval)
                                           : line.policy.watch_interval;
  const Timestamp renewed_at = key.proof_renewed_at.value_or(*key.published_at);
  return StepOf(key, StepKind::kWatch, renewed_at > clock.now ? clock.now : renewed_at + interval,
                key.record_lost_at ? "see whether its lost record is back"
                                   : "see that its record is still there");
}

}  // namespace dkimkeeper
