#include "client/cli/latencies.h"

#include <algorithm>

namespace dkimkeeper {

std::uint32_t Latencies::Percentile(unsigned percent) {
  if (all_.empty()) return 0;
  const std::size_t rank = (all_.size() * percent + 99) / 100;
  const auto nth = all_.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(all_.begin(), nth, all_.end());
  return *nth;
}

}  // namespace dkimkeeper
