#include "server/rotation/planner.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "server/keys/key_state.h"
#include "server/lifecycle/token_admission.h"
#include "server/rotation/hand_over.h"
#include "server/rotation/key_steps.h"
#include "server/rotation/line_picture.h"

namespace dkimkeeper {
namespace {

using KeyPtr = LinePicture::KeyPtr;
using Keys = std::vector<KeyPtr>;

// Those of one domain, in the order of the registry.
Keys KeysOf(const Contents& contents, const Domain& domain) {
  const auto first = Selector::Parse("0");  // none sorts before it
  Keys keys;
  for (auto row = contents.keys.lower_bound({domain, *first});
       row != contents.keys.end() && row->first.first == domain; ++row) {
    keys.push_back(row->second);
  }
  return keys;
}

// By their names where they are due together: the same plan twice is the same list.
void SortByTime(std::vector<Step>& steps) {
  std::ranges::sort(steps, [](const Step& a, const Step& b) {
    return std::tie(a.due, a.domain, a.sender, a.algorithm, a.selector, a.kind) <
           std::tie(b.due, b.domain, b.sender, b.algorithm, b.selector, b.kind);
  });
}

// What only looks, or carries on with what was begun, goes on in a pause and where the service only
// advises.
bool ChangesSomething(StepKind kind) {
  switch (kind) {
    case StepKind::kFinish:
    case StepKind::kProve:
    case StepKind::kAwaitStop:
    case StepKind::kProveWithdrawn:
    case StepKind::kProveRemoved:
    case StepKind::kWatch:
    case StepKind::kEndHandOver:
      return false;
    case StepKind::kGenerate:
    case StepKind::kPublish:
    case StepKind::kActivate:
    case StepKind::kRetire:
    case StepKind::kShortenHandOver:
    case StepKind::kRevoke:
    case StepKind::kWithdraw:
    case StepKind::kRemove:
    case StepKind::kDestroy:
    case StepKind::kDropSender:
    case StepKind::kDropDomain:
      return true;
  }
  return true;
}

class DomainPlan {
 public:
  DomainPlan(const View& view, const DomainEntry& entry, const Surroundings& around, Timestamp now)
      : view_(view), entry_(entry), around_(around), clock_(ClockOf(view, entry, around, now)) {}

  std::vector<Step> Make() {
    const Keys keys = KeysOf(view_.contents, entry_.domain);
    for (const Sender& sender : entry_.senders) PlanSender(sender, keys);
    const bool over = std::ranges::all_of(keys, [](const KeyPtr& key) { return LifeIsOver(*key); });
    if (entry_.removing_at && over) {
      Add({.kind = StepKind::kDropDomain,
           .domain = entry_.domain,
           .sender = Sender::Default(),
           .due = clock_.now,
           .what = "drop its entry: all its keys are gone"});
    }
    SortByTime(steps_);
    return std::move(steps_);
  }

 private:
  static WaitClock ClockOf(const View& view, const DomainEntry& entry, const Surroundings& around,
                           Timestamp now) {
    std::optional<Timestamp> from = entry.waits_from;
    if (view.contents.waits_from) {
      from = std::max(from.value_or(*view.contents.waits_from), *view.contents.waits_from);
    }
    return {.now = now,
            .from = from,
            .acknowledged = around.acknowledged,
            .slowest = around.slowest_clock};
  }

  void PlanSender(const Sender& sender, const Keys& keys) {
    const KeyPolicy policy = PolicyOf(entry_, sender, around_.policy);
    std::map<Algorithm, Keys> lines;
    for (const Algorithm algorithm : policy.algorithms) lines[algorithm];
    for (const KeyPtr& key : keys) {
      if (key->sender == sender) lines[key->algorithm].push_back(key);
    }
    bool over = true;
    bool any_active = false;
    std::vector<LinePicture> pictures;
    for (auto& [algorithm, own] : lines) {
      over = over && std::ranges::all_of(own, [](const KeyPtr& key) { return LifeIsOver(*key); });
      pictures.push_back(PictureOf(entry_, sender, algorithm, policy, std::move(own), clock_.now));
      any_active = any_active || (pictures.back().active && !pictures.back().given_up);
    }
    const bool leaving = entry_.removing_at || entry_.removing_senders.contains(sender);
    for (const LinePicture& line : pictures) PlanLine(line, leaving || any_active);
    if (!entry_.removing_at && leaving && over) {
      Add({.kind = StepKind::kDropSender,
           .domain = entry_.domain,
           .sender = sender,
           .due = clock_.now,
           .what = "drop its entry: all its keys are gone"});
    }
  }

  // `may_retire`: mail stays signed without this line, or nobody wants it signed any more.
  void PlanLine(const LinePicture& line, bool may_retire) {
    for (const KeyPtr& key : line.keys) {
      const HandOver hand_over =
          around_.agents ? HandOverOf(view_, *key, *around_.agents) : HandOver{};
      if (auto step = NextStepOf(line, *key, clock_, hand_over)) {
        if (step->kind == StepKind::kRetire && !may_retire) {
          step->waits_for = "a key of another algorithm to become active";
          step->advice = true;
        }
        Add(Held(line, key.get(), *std::move(step)));
      }
      if (auto watch = WatchOf(line, *key, clock_)) Add(*std::move(watch));
    }
    if (line.given_up || line.successor || BeingMade(line)) return;
    Add(Held(line, nullptr, GenerateStep(line)));
  }

  static bool BeingMade(const LinePicture& line) {
    return std::ranges::any_of(line.keys, [](const KeyPtr& key) {
      return !key->public_key && !key->revoked_at && !key->destroyed_at;
    });
  }

  [[nodiscard]] Step GenerateStep(const LinePicture& line) const {
    Step step{.kind = StepKind::kGenerate,
              .domain = entry_.domain,
              .sender = line.sender,
              .algorithm = line.algorithm,
              .due = clock_.Since(entry_.created_at),
              .what = line.active ? "make the next key" : "make its first key"};
    if (line.active) {
      const Timestamp activated_at = clock_.Since(*line.active->activated_at);
      const Timestamp turn =
          line.active->rotate_at.value_or(activated_at + line.policy.rotation_period);
      step.due = line.policy.standby ? activated_at
                                     : std::max(activated_at, turn - line.policy.publish_ahead);
      step.due = std::min(step.due, turn);
    }
    if (PoolExhausted(line)) step.waits_for = "a selector of its pool to become free";
    return step;
  }

  // What holds the step up beside the time.
  [[nodiscard]] Step Held(const LinePicture& line, const Key* key, Step step) const {
    if (!ChangesSomething(step.kind)) return step;
    if (line.policy.mode == RotationMode::kManual) {
      step.advice = true;
      if (step.waits_for.empty()) step.waits_for = "an operator: the mode is manual";
      return step;
    }
    const bool emergency = line.urgent || (key != nullptr && key->compromised);
    if (entry_.paused_at && !emergency) {
      step.advice = true;
      step.waits_for = "`domain resume`: the domain is paused";
    }
    if (step.kind == StepKind::kActivate && step.waits_for.empty()) {
      const auto may = CheckMayActivate(view_, *key, around_.tokens);
      if (!may) step.waits_for = may.error().message;
    }
    return step;
  }

  // Tries that failed put the next one off.
  void Add(Step step) {
    if (const auto attempt = around_.attempts.Find(step)) {
      step.due = std::max(step.due, NextTry(step, *attempt));
      if (step.waits_for.empty()) step.waits_for = attempt->problem;
    }
    steps_.push_back(std::move(step));
  }

  const View& view_;
  const DomainEntry& entry_;
  const Surroundings& around_;
  const WaitClock clock_;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> PlanDomain(const View& view, const Domain& domain, const Surroundings& around,
                             Timestamp now) {
  const auto entry = view.contents.domains.find(domain);
  if (entry == view.contents.domains.end()) return {};
  return DomainPlan(view, entry->second, around, now).Make();
}

std::vector<Step> PlanAll(const View& view, const Surroundings& around, Timestamp now) {
  std::vector<Step> all;
  for (const auto& [domain, entry] : view.contents.domains) {
    std::vector<Step> steps = DomainPlan(view, entry, around, now).Make();
    std::ranges::move(steps, std::back_inserter(all));
  }
  SortByTime(all);
  return all;
}

}  // namespace dkimkeeper
