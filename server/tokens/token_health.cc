#include "server/signing/token_health.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kAway = "token.away";
constexpr std::chrono::seconds kPatience{5};

}  // namespace

TokenHealth::TokenHealth(Token& token, AlarmBoard& alarms, const Clock& clock)
    : token_(token), alarms_(alarms), clock_(clock) {
  report_.since = ToTimestamp(clock_.Now());
}

bool TokenHealth::Check() {
  const auto checked = token_.CheckHealth(clock_.Steady() + kPatience);
  const auto now = clock_.Now();
  const std::string name = token_.Info().name;
  if (checked) {
    alarms_.Clear(kAway, name, now);
  } else {
    alarms_.Raise(kAway, name, checked.error().message, now);
  }
  const std::lock_guard lock(mutex_);
  if (report_.healthy != checked.has_value()) report_.since = ToTimestamp(now);
  report_.healthy = checked.has_value();
  if (!checked) report_.last_error = checked.error().message;
  return report_.healthy;
}

TokenHealth::Report TokenHealth::Last() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

}  // namespace dkimkeeper
