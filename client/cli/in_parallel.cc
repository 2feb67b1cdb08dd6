#include "client/cli/in_parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace dkimkeeper {

void InParallel(std::size_t count, const std::function<bool(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> stopped = false;
  const auto take = [&] {
    while (!stopped) {
      const std::size_t mine = next++;
      if (mine >= count) return;
      if (!work(mine)) stopped = true;
    }
  };
  std::vector<std::jthread> threads;
  threads.reserve(kAtOnce);
  for (std::size_t i = 0; i < std::min(count, kAtOnce); ++i) threads.emplace_back(take);
}

}  // namespace dkimkeeper
