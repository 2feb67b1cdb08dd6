// Whether the wall clock ran as the time that passed.
#ifndef SERVER_ROTATION_CLOCK_WATCH_H_
#define SERVER_ROTATION_CLOCK_WATCH_H_

#include <chrono>
#include <optional>

#include "proto/base/clock.h"
#include "server/keys/timestamp.h"

namespace dkimkeeper {

// The clock went from `before` to `before` + `by`, and nothing of that did pass as far as anybody
// saw. Less than `slack` of it is none.
struct ClockJump {
  Timestamp before;
  std::chrono::milliseconds by;
  std::chrono::milliseconds slack;
};

// One moment by both clocks.
struct ClockReading {
  Timestamp wall;
  std::chrono::steady_clock::time_point steady;

  [[nodiscard]] static ClockReading Of(const Clock& clock) {
    return {ToTimestamp(clock.Now()), clock.Steady()};
  }
};

// Holds the wall clock against the monotonic one. A wait that a jump shortened is no wait: whoever
// hears of one moves the waits along (shifted_waits.h), then starts anew. Not thread-safe.
class ClockWatch {
 public:
  // More than this between the two clocks is a jump.
  static constexpr std::chrono::seconds kSlack{10};
  // Who was not there cannot tell a jump from time that passed: so much is believed, which is what
  // it takes to notice that a lease is free. Where the clock of who takes over is ahead, each time
  // costs so much of a wait.
  static constexpr std::chrono::minutes kLongestGap{1};

  // From now on both clocks are watched.
  void Start(const ClockReading& now);
  // The same, and somebody else watched until `last` by the wall clock.
  void TakeOver(Timestamp last, const ClockReading& now);

  [[nodiscard]] std::optional<ClockJump> JumpBy(const ClockReading& now) const;

 private:
  std::optional<ClockReading> since_;
  // When the watch was taken over too late to know; by the wall clock.
  std::optional<Timestamp> unwatched_since_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_CLOCK_WATCH_H_
