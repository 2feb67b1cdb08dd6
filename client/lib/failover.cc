#include "client/lib/failover.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "client/lib/backoff.h"
#include "client/lib/diagnosis.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstWait{50};
constexpr milliseconds kLongestWait{1000};
// A call may have minutes for its work; that no server is there is said sooner.
constexpr milliseconds kLongestAway{10'000};

bool NextMayHelp(const Error& error, Repeat repeat) {
  if (error.code == Code::kUnavailable) return true;
  return error.code == Code::kDeadlineExceeded && repeat == Repeat::kWhenAwayOrSlow;
}

}  // namespace

struct Failover::Round {
  struct Failure {
    std::size_t index;
    Error error;
  };

  std::chrono::steady_clock::time_point end;
  Outcome answer = {};                 // once somebody answered
  std::vector<Failure> failures = {};  // of the last round
  milliseconds asked_to_wait{};        // the longest hint of the last round
};

Failover::Failover(std::vector<std::string> addresses, std::shared_ptr<Pace> pace)
    : addresses_(std::move(addresses)), pace_(std::move(pace)) {}

Outcome Failover::Call(milliseconds deadline, Repeat repeat, const Try& attempt) {
  Round round{.end = pace_->Now() + deadline};
  Backoff backoff(kFirstWait, kLongestWait);
  std::optional<std::chrono::steady_clock::time_point> give_up;
  while (!TryEach(round, repeat, attempt)) {
    const milliseconds wait = std::max(backoff.Next(pace_->Random()), round.asked_to_wait);
    if (!give_up) give_up = std::min(round.end, pace_->Now() + kLongestAway);
    if (pace_->Now() + wait >= *give_up || !pace_->Wait(wait, {})) {
      return tl::unexpected(Explain(round, deadline));
    }
  }
  return round.answer;
}

// One round over all addresses. True when somebody answered.
bool Failover::TryEach(Round& round, Repeat repeat, const Try& attempt) {
  std::vector<Round::Failure> failures;
  round.asked_to_wait = {};
  std::size_t index = preferred_;
  for (std::size_t left = addresses_.size(); left > 0; --left) {
    const auto remaining = std::chrono::duration_cast<milliseconds>(round.end - pace_->Now());
    if (remaining <= milliseconds::zero()) break;
    const bool share = repeat == Repeat::kWhenAwayOrSlow;
    const auto parts = static_cast<milliseconds::rep>(share ? left : 1);
    Outcome outcome = attempt(index, std::max(remaining / parts, milliseconds(1)));
    if (outcome || !NextMayHelp(outcome.error(), repeat)) {
      preferred_ = index;
      if (!outcome && outcome.error().code == Code::kDeadlineExceeded) Avoid(index);
      round.answer = std::move(outcome);
      return true;
    }
    round.asked_to_wait = std::max(round.asked_to_wait, outcome.error().retry_after);
    failures.push_back({index, std::move(outcome.error())});
    index = (index + 1) % addresses_.size();
  }
  if (!failures.empty()) round.failures = std::move(failures);
  return false;
}

Error Failover::Explain(const Round& round, milliseconds deadline) const {
  std::vector<AddressFailure> unreachable;
  for (const auto& [index, error] : round.failures) {
    if (error.code == Code::kUnavailable && error.reason != reason::kServerAway) return error;
    if (error.code == Code::kUnavailable) {
      unreachable.push_back({addresses_[index], error.message});
    }
  }
  if (!unreachable.empty()) return Unreachable(unreachable);
  if (!round.failures.empty()) return round.failures.back().error;
  return NoAnswer(addresses_[Preferred()], deadline);
}

}  // namespace dkimkeeper
