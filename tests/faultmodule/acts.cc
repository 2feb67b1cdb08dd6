#include "tests/faultmodule/acts.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>

namespace dkimkeeper::faultmodule {

void WaitFor(std::uint64_t milliseconds) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, std::chrono::milliseconds(milliseconds), [] { return false; });
}

void Hang() {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  for (;;) never.wait(lock);
}

void Crash() {
  static_cast<void>(::signal(SIGSEGV, SIG_DFL));
  static_cast<void>(::raise(SIGSEGV));
  std::abort();
}

void Exit(std::uint64_t status) { ::_exit(static_cast<int>(status)); }

}  // namespace dkimkeeper::faultmodule
