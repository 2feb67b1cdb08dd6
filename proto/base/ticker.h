// Does something again and again, in a thread of its own.
#ifndef PROTO_BASE_TICKER_H_
#define PROTO_BASE_TICKER_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace dkimkeeper {

// Runs `action` once after each `interval`, never twice at once. `action` does not throw.
class Ticker {
 public:
  Ticker(std::chrono::milliseconds interval, std::function<void()> action);
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  // Waits for a run in progress, starts none.
  ~Ticker();

 private:
  void Run();

  const std::chrono::milliseconds interval_;
  const std::function<void()> action_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace dkimkeeper

#endif  // PROTO_BASE_TICKER_H_
