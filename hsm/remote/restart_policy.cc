#include "hsm/remote/restart_policy.h"

#include <algorithm>

namespace dkimkeeper {

void RestartPolicy::Worked() {
  failures_ = 0;
  refused_ = false;
}

void RestartPolicy::Failed() {
  ++failures_;
  refused_ = false;
}

void RestartPolicy::Refused() { refused_ = true; }

std::chrono::milliseconds RestartPolicy::Delay(double jitter) const {
  if (refused_) return delays_.refused;
  if (failures_ <= delays_.immediate) return std::chrono::milliseconds::zero();
  std::chrono::milliseconds delay = delays_.shortest;
  for (unsigned i = delays_.immediate + 1; i < failures_ && delay < delays_.longest; ++i) {
    delay *= 2;
  }
  delay = std::min(delay, delays_.longest);
  const double taken_away = static_cast<double>(delay.count()) * jitter / 2;
  return delay - std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(taken_away));
}

}  // namespace dkimkeeper
