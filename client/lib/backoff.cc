#include "client/lib/backoff.h"

#include <algorithm>

namespace dkimkeeper {

std::chrono::milliseconds Backoff::Next(double random) {
  const auto step = static_cast<double>(next_.count());
  next_ = std::min(next_ * 2, longest_);
  return std::chrono::milliseconds(static_cast<std::int64_t>(step * (0.5 + random / 2)));
}

}  // namespace dkimkeeper
