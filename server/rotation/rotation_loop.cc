#include "server/rotation/rotation_loop.h"

#include <algorithm>
#include <utility>

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestSleep = std::chrono::minutes(1);
// Rounds follow each other no faster, and take no more than a tenth of one processor.
constexpr milliseconds kShortestSleep{20};
constexpr int kRest = 10;
// A step that takes longer makes its domain a slow one, until a quick one.
constexpr milliseconds kSlow{1500};
// Steps may wait in the queues, a few: what is due later is planned anew when its turn comes.
constexpr std::size_t kWaiting = 4;

}  // namespace

RotationLoop::RotationLoop(const Parts& parts, Options options)
    : parts_(parts),
      options_(options),
      quick_({.threads = options.threads, .limit = kWaiting * options.threads}),
      slow_({.threads = options.slow_threads, .limit = kWaiting * options.slow_threads}),
      views_(parts.registry.views().Subscribe([this] { Wake(); })),
      thread_([this] { Run(); }) {}

void RotationLoop::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  std::call_once(joined_, [this] {
    views_.Reset();
    thread_.join();
    quick_.Stop();
    slow_.Stop();
    // What waits among the acts of a token.
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return busy_.empty(); });
  });
}

Result<RecordCheck> RotationLoop::CheckNow(const Key& key) {
  auto check = parts_.rotation.CheckNow(key);
  Wake();
  return check;
}

Outcome RotationLoop::ProveNow(const Key& key) {
  auto proven = parts_.rotation.ProveNow(key);
  Wake();
  return proven;
}

void RotationLoop::Kick() {
  parts_.rotation.TryAll();
  Wake();
}

void RotationLoop::Wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void RotationLoop::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    lock.unlock();
    const SteadyTime begun = parts_.clock.Steady();
    const milliseconds sleep = Round();
    const auto took = std::chrono::ceil<milliseconds>(parts_.clock.Steady() - begun);
    lock.lock();
    const milliseconds rest = std::max(kShortestSleep, kRest * took);
    changed_.wait_for(lock, rest, [this] { return stopping_; });
    changed_.wait_for(lock, std::max(sleep - rest, milliseconds(0)),
                      [this] { return stopping_ || woken_; });
  }
}

milliseconds RotationLoop::Round() {
  (void)parts_.lease.Renew();
  std::vector<Step> due = parts_.rotation.Plan();
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  milliseconds sleep = std::min(kLongestSleep, milliseconds(ExecutorLease::kRenewal));
  const auto later = std::ranges::find_if(due, [now](const Step& step) { return step.due > now; });
  if (later != due.end()) sleep = std::min(sleep, later->due - now);
  due.erase(later, due.end());
  std::erase_if(
      due, [](const Step& step) { return step.advice || step.kind == StepKind::kEndHandOver; });
  HandOut(due);
  return sleep;
}

void RotationLoop::HandOut(const std::vector<Step>& due) {
  for (const Step& step : due) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      if (!busy_.insert(step.domain).second) continue;
    }
    if (Submit(step)) continue;
    // The queue is full: whatever ends there wakes us, and the next round goes on from here.
    const std::lock_guard lock(mutex_);
    busy_.erase(step.domain);
  }
}

bool RotationLoop::Submit(const Step& step) {
  const auto job = [this, step] { WorkOn(step); };
  if (const std::string token = parts_.rotation.TokenOf(step); !token.empty()) {
    const auto served = parts_.tokens.Find(token);
    if (served) return (*served)->acts.Submit(job).has_value();
  }
  bool slow = false;
  {
    const std::lock_guard lock(mutex_);
    slow = slow_domains_.contains(step.domain);
  }
  return (slow ? slow_ : quick_).Submit(job).has_value();
}

void RotationLoop::WorkOn(const Step& first) {
  const std::string here = parts_.rotation.TokenOf(first);
  std::optional<Step> step = first;
  while (step && parts_.rotation.TokenOf(*step) == here) {
    const SteadyTime begun = parts_.clock.Steady();
    const StepEnd end = parts_.rotation.Perform(*step);
    const bool slow = parts_.clock.Steady() - begun > kSlow;
    {
      const std::lock_guard lock(mutex_);
      if (here.empty() && slow) slow_domains_.insert(step->domain);
      if (here.empty() && !slow) slow_domains_.erase(step->domain);
      if (stopping_ || slow) break;
    }
    // What is due still after it was refused would be refused again.
    if (end == StepEnd::kGone) break;
    step = parts_.rotation.DueIn(first.domain);
  }
  {
    const std::lock_guard lock(mutex_);
    busy_.erase(first.domain);
    woken_ = true;
    // Under the lock: whoever waits for the last one in Stop may destroy this right after.
    changed_.notify_all();
  }
}

}  // namespace dkimkeeper
