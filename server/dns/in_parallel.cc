#include "server/dns/in_parallel.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace dkimkeeper {

void InParallel(std::size_t count, const std::function<void(std::size_t)>& work) {
  constexpr std::size_t kMaxThreads = 8;
  std::atomic<std::size_t> next = 0;
  const auto take = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min(count, kMaxThreads); ++i) {
    try {
      others.emplace_back(take);
    } catch (const std::system_error&) {
      break;  // no more threads: fewer do it, more slowly
    }
  }
  take();
}

}  // namespace dkimkeeper
