#include "server/rotation/clock_watch.h"

namespace dkimkeeper {

ClockWatch::ClockWatch(const Clock& clock, std::optional<Timestamp> last_sign)
    : clock_(clock), offset_(Offset()) {
  const Timestamp now = ToTimestamp(clock_.Now());
  jumped_ = !last_sign || *last_sign > now + kSlack || *last_sign < now - kLongestGap;
}

std::chrono::nanoseconds ClockWatch::Offset() const {
  return clock_.Now().time_since_epoch() - clock_.Steady().time_since_epoch();
}

bool ClockWatch::Jumped() {
  const std::lock_guard lock(mutex_);
  const auto offset = Offset();
  if (std::chrono::abs(offset - offset_) > kSlack) jumped_ = true;
  // Also after a small step: a clock that is slewed, however long, never adds up to a jump.
  offset_ = offset;
  return jumped_;
}

void ClockWatch::Settle() {
  const std::lock_guard lock(mutex_);
  jumped_ = false;
}

}  // namespace dkimkeeper
