// Whether the wall clock can be trusted to have run on.
#ifndef SERVER_ROTATION_CLOCK_WATCH_H_
#define SERVER_ROTATION_CLOCK_WATCH_H_

#include <chrono>
#include <mutex>
#include <optional>

#include "server/base/clock.h"
#include "server/keys/timestamp.h"

namespace dkimkeeper {

// Holds the wall clock against the monotonic one. A wait that a jump shortened is no wait: whoever
// hears of one counts from now on (Contents::waits_from). Thread-safe.
class ClockWatch {
 public:
  // More than this between the two clocks is a jump.
  static constexpr std::chrono::seconds kSlack{10};
  // A process that was away for longer cannot tell a jump from the time that passed.
  static constexpr std::chrono::minutes kLongestGap{10};

  // `last_sign` is when a daemon last lived with this store, by that daemon's clock; nothing:
  // nobody knows. Where that is in the future, or longer ago than kLongestGap, there was a jump.
  // `clock` must outlive this.
  ClockWatch(const Clock& clock, std::optional<Timestamp> last_sign);

  // Whether there was a jump that Settle was not told of.
  [[nodiscard]] bool Jumped();
  // Every wait is planned anew.
  void Settle();

 private:
  // Wall time less monotonic time: it stays where it is unless somebody sets the clock.
  [[nodiscard]] std::chrono::nanoseconds Offset() const;

  const Clock& clock_;
  std::mutex mutex_;
  std::chrono::nanoseconds offset_;
  bool jumped_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_CLOCK_WATCH_H_
