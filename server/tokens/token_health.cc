#include "server/tokens/token_health.h"

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kAwayAlarm = "token.away";
constexpr std::string_view kPinAlarm = "token.pin_refused";
constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::seconds kRetryHint{1};
// Without a worker the call would only wait for one; a refused PIN is told at once.
constexpr std::chrono::milliseconds kPatienceWithoutWorker{50};

TokenState StateOf(const Outcome& checked) {
  if (checked) return TokenState::kReady;
  return checked.error().reason == reason::kPinRefused ? TokenState::kPinRefused
                                                       : TokenState::kAway;
}

}  // namespace

TokenHealth::TokenHealth(Token& token, AlarmBoard& alarms, const Clock& clock)
    : token_(token), alarms_(alarms), clock_(clock) {
  report_.since = ToTimestamp(clock_.Now());
}

Outcome TokenHealth::Ask(const TokenInfo& info) {
  if (info.ready_workers > 0) return token_.CheckHealth(clock_.Steady() + kPatience);
  auto checked = token_.CheckHealth(clock_.Steady() + kPatienceWithoutWorker);
  if (checked) return checked;  // one came back meanwhile
  if (checked.error().reason == reason::kPinRefused || info.last_error.empty()) return checked;
  return Fail(Code::kUnavailable, reason::kTokenAway, info.last_error);
}

void TokenHealth::Tell(const std::string& name, TokenState state, const std::string& why) {
  const auto now = clock_.Now();
  const auto tell = [&](std::string_view alarm, bool stands) {
    if (stands) {
      alarms_.Raise(alarm, name, why, now);
    } else {
      alarms_.Clear(alarm, name, now);
    }
  };
  tell(kAwayAlarm, state == TokenState::kAway);
  tell(kPinAlarm, state == TokenState::kPinRefused);
}

bool TokenHealth::Check() {
  const TokenInfo info = token_.Info();
  const auto checked = Ask(info);
  const TokenState state = StateOf(checked);
  const std::string why = checked ? std::string() : checked.error().message;
  Tell(info.name, state, why);
  next_ = checked ? std::optional(clock_.Steady() + kInterval) : std::nullopt;
  const std::lock_guard lock(mutex_);
  if (report_.state != state) report_.since = ToTimestamp(clock_.Now());
  report_.state = state;
  if (!checked) report_.last_error = why;
  return checked.has_value();
}

bool TokenHealth::Look() {
  const bool fresh = next_ && clock_.Steady() < *next_ && token_.Info().ready_workers > 0;
  return fresh || Check();
}

Outcome TokenHealth::CheckAnswers() const {
  const Report last = Last();
  if (last.last_error.empty() || last.state == TokenState::kReady) return {};
  if (clock_.Now() - last.since < kGrace) return {};
  const bool refused = last.state == TokenState::kPinRefused;
  auto away = Fail(Code::kUnavailable, refused ? reason::kPinRefused : reason::kTokenAway,
                   "token `" + token_.Info().name + "` does not answer: " + last.last_error);
  away.value().retry_after = kRetryHint;
  return away;
}

TokenHealth::Report TokenHealth::Last() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

}  // namespace dkimkeeper
