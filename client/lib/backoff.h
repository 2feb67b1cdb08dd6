// Exponential waits between tries, with jitter so that clients of one server do not come back
// together.
#ifndef CLIENT_LIB_BACKOFF_H_
#define CLIENT_LIB_BACKOFF_H_

#include <chrono>

namespace dkimkeeper {

// Doubles from `first` up to `longest`. Not thread-safe.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : first_(first), longest_(longest), next_(first) {}

  // How long to wait now: from half of the current step to all of it. `random` is in [0, 1).
  [[nodiscard]] std::chrono::milliseconds Next(double random);

  // After a success.
  void Reset() { next_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds longest_;
  std::chrono::milliseconds next_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_BACKOFF_H_
