#include "tests/property/daemon.h"

#include <algorithm>
#include <set>
#include <utility>

#include "server/keys/key_state.h"

namespace dkimkeeper::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Rounds that change nothing get rarer: a simulated host polls every few hours, not every minute.
constexpr Span kShortestRest = seconds(5);
constexpr Span kLongestRest = hours(16);
// More steps than that in one round are a loop that has to be looked into.
constexpr int kManySteps = 200;

}  // namespace

Daemon::Daemon(Scene& scene, std::string name)
    : scene_(scene),
      host_(std::move(name), scene.agenda, scene.chance, scene.tally, scene.trouble) {}

bool Daemon::Counts() const { return process() != nullptr && process_->IsFresh(); }

bool Daemon::Signs(const Key& key) const {
  if (process() == nullptr) return false;
  return process_->IsFresh() ? SignsAt(key, host_.Wall()) : SignsWithStale(key, host_.Wall());
}

void Daemon::TellJudge(Instant to) {
  if (!Counts()) return;
  for (const auto& key : process_->registry().Get()->keyring.SigningAt(host_.Wall())) {
    const Instant end = key->signs_until ? host_.TrueTimeOf(*key->signs_until) : to;
    scene_.judge.MaySign(key->id, std::min(to, end));
  }
}

void Daemon::Start() {
  if (process_) return;  // whatever is left of its last run is buried first
  host_.PowerOn();
  process_ = Process::Start(scene_, host_);
  if (!process_) {
    host_.Kill();
    scene_.agenda.In(minutes(5), [this] { Start(); });
    return;
  }
  scene_.tally.Add(Kind::kRestart);
  process_->Beat();
  rest_ = kShortestRest;
  PlanRound(seconds(1));
}

void Daemon::Kill() {
  if (!host_.up()) return;
  host_.Kill();
  if (!busy_) Bury();
}

// Whoever starts daemons again is sometimes asleep.
void Daemon::Bury() {
  process_.reset();
  scene_.trouble.wake_all();
  const bool night = scene_.trouble.on && scene_.chance.Of(0.3);
  scene_.agenda.In(scene_.chance.Between(seconds(2), night ? Span(hours(72)) : Span(minutes(2))),
                   [this] { Start(); });
}

void Daemon::Wake() {
  rest_ = kShortestRest;
  PlanRound(kShortestRest);
}

void Daemon::LiveOn() {
  if (!process()) return;
  process_->Beat();
  if (scene_.trouble.lease_holder == host_.name()) (void)process_->lease().Renew();
}

void Daemon::PlanRound(Span wait) {
  const std::uint64_t number = ++round_;
  scene_.agenda.In(wait, [this, number] {
    if (number == round_) Round();
  });
}

void Daemon::Round() {
  if (!process_) return;
  if (busy_) return PlanRound(minutes(1));
  if (!host_.up()) return Bury();  // killed in the middle of an operator's command
  busy_ = true;
  process_->Beat();
  process_->LookAtTokens();
  Took took{.wait = minutes(1)};
  if (process_->lease().Renew()) took = TakeSteps();
  busy_ = false;
  if (!host_.up()) return Bury();
  rest_ = took.anything ? kShortestRest : std::min(rest_ * 2, kLongestRest);
  PlanRound(std::max(took.wait, rest_));
}

Daemon::Took Daemon::TakeSteps() {
  const std::uint64_t before = process_->registry().Get()->contents.generation;
  std::set<Domain> due;
  for (const Step& step : process_->rotation().Plan()) {
    if (step.due <= host_.Wall()) due.insert(step.domain);
  }
  for (const Domain& domain : due) TakeStepsOf(domain);
  Took took{.wait = kLongestRest,
            .anything = before != process_->registry().Get()->contents.generation};
  if (!host_.up()) return took;
  for (const Step& step : process_->rotation().Plan()) {
    if (step.advice || step.due <= host_.Wall()) continue;
    took.wait = std::max(host_.TrueTimeOf(step.due) - scene_.agenda.now(), Span(1));
    break;
  }
  return took;
}

void Daemon::TakeStepsOf(const Domain& domain) {
  for (int taken = 0; host_.up(); ++taken) {
    process_->Beat();
    (void)process_->lease().Renew();
    const auto step = process_->rotation().DueIn(domain);
    if (!step) return;
    if (taken == kManySteps) return scene_.judge.Blame(5, "steps without end: " + step->what);
    if (scene_.bug == PlantedBug::kNothingFinished && step->kind == StepKind::kFinish) return;
    if (process_->rotation().Perform(*step) == StepEnd::kGone) return;
  }
}

}  // namespace dkimkeeper::sim
