// When a worker is started again.
#ifndef HSM_REMOTE_RESTART_POLICY_H_
#define HSM_REMOTE_RESTART_POLICY_H_

#include <chrono>

namespace dkimkeeper {

struct RestartDelays {
  // So many failures in a row are each followed by a start at once.
  unsigned immediate = 2;
  // Then this long, twice as long each time, up to the longest.
  std::chrono::milliseconds shortest{100};
  std::chrono::milliseconds longest{1000};
  // While the PIN is refused: how often it is asked whether that has changed.
  std::chrono::milliseconds refused{1000};
};

// Counts the failures of one seat in a row. A worker that was lost before it had answered a call
// counts as a start that failed. Not thread-safe.
class RestartPolicy {
 public:
  explicit RestartPolicy(const RestartDelays& delays) : delays_(delays) {}

  // The worker that is lost now had answered calls.
  void Worked();
  void Failed();
  // The token refuses the PIN.
  void Refused();

  // How long to wait before the next start. `jitter`, from 0 to 1, takes up to half of a back-off
  // away, so that seats do not start in step.
  [[nodiscard]] std::chrono::milliseconds Delay(double jitter) const;

 private:
  const RestartDelays delays_;
  unsigned failures_ = 0;
  bool refused_ = false;
};

}  // namespace dkimkeeper

#endif  // HSM_REMOTE_RESTART_POLICY_H_
