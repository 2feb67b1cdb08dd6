// What a client takes from outside itself: monotonic time, waiting and chance. A seam, so that
// tests decide all three.
#ifndef CLIENT_LIB_PACE_H_
#define CLIENT_LIB_PACE_H_

#include <chrono>
#include <stop_token>

namespace dkimkeeper {

// Thread-safe.
class Pace {
 public:
  virtual ~Pace() = default;

  // Monotonic; says nothing about the time of day.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point Now() = 0;

  // True once `duration` has passed; false as soon as `stop` is requested.
  [[nodiscard]] virtual bool Wait(std::chrono::milliseconds duration,
                                  const std::stop_token& stop) = 0;

  // Evenly from [0, 1). For jitter only.
  [[nodiscard]] virtual double Random() = 0;
};

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_PACE_H_
