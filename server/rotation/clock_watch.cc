#include "server/rotation/clock_watch.h"

namespace dkimkeeper {

using std::chrono::milliseconds;

void ClockWatch::Start(const ClockReading& now) {
  since_ = now;
  unwatched_since_.reset();
}

void ClockWatch::TakeOver(Timestamp last, const ClockReading& now) {
  Start(now);
  const bool believed = last - kSlack <= now.wall && now.wall <= last + kLongestGap;
  if (!believed) unwatched_since_ = last;
}

std::optional<ClockJump> ClockWatch::JumpBy(const ClockReading& now) const {
  if (unwatched_since_) {
    return ClockJump{*unwatched_since_, now.wall - *unwatched_since_, kLongestGap};
  }
  if (!since_) return std::nullopt;
  const auto passed = std::chrono::floor<milliseconds>(now.steady - since_->steady);
  const milliseconds by = now.wall - (since_->wall + passed);
  if (std::chrono::abs(by) <= kSlack) return std::nullopt;
  return ClockJump{now.wall - by, by, kSlack};
}

}  // namespace dkimkeeper
