#include "server/rotation/attempts.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace dkimkeeper {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Wait = std::chrono::milliseconds;

struct Pace {
  Wait first;
  Wait longest;
};

Pace PaceOf(StepKind kind) {
  switch (kind) {
    case StepKind::kProve:
    case StepKind::kProveWithdrawn:
    case StepKind::kProveRemoved:
    case StepKind::kWatch:     // a record that seems lost is looked at twice before the alarm
    case StepKind::kActivate:  // fails by its look at DNS, mostly
      return {seconds(5), minutes(10)};
    default:
      return {seconds(30), minutes(60)};
  }
}

}  // namespace

Attempts::Name Attempts::NameOf(const Step& step) {
  if (step.key) return {step.kind, step.key->ToHex()};
  return {step.kind, step.domain.str() + "/" + step.sender.str() + "/" +
                         std::string(AlgorithmName(step.algorithm))};
}

void Attempts::Record(const Step& step, Timestamp at, std::string problem, std::string reason) {
  const std::lock_guard lock(mutex_);
  Attempt& attempt = attempts_[NameOf(step)];
  if (attempt.tries == 0) attempt.first_at = at;
  ++attempt.tries;
  attempt.last_at = at;
  attempt.problem = std::move(problem);
  attempt.reason = std::move(reason);
}

void Attempts::Forget(const Step& step) {
  const std::lock_guard lock(mutex_);
  attempts_.erase(NameOf(step));
}

void Attempts::ForgetAll() {
  const std::lock_guard lock(mutex_);
  attempts_.clear();
}

void Attempts::ForgetOthers(std::span<const Step> planned) {
  std::set<Name> names;
  for (const Step& step : planned) names.insert(NameOf(step));
  const std::lock_guard lock(mutex_);
  std::erase_if(attempts_, [&names](const auto& entry) { return !names.contains(entry.first); });
}

std::optional<Attempt> Attempts::Find(const Step& step) const {
  const std::lock_guard lock(mutex_);
  const auto found = attempts_.find(NameOf(step));
  if (found == attempts_.end()) return std::nullopt;
  return found->second;
}

Timestamp NextTry(const Step& step, const Attempt& attempt) {
  const auto [first, longest] = PaceOf(step.kind);
  Wait wait = first;
  for (std::size_t i = 1; i < attempt.tries && wait < longest; ++i) wait *= 2;
  return attempt.last_at + std::min(wait, longest);
}

}  // namespace dkimkeeper
