// A bounded queue with threads of its own: where blocking work goes, so that gRPC's threads never
// block.
#ifndef SERVER_BASE_WORK_QUEUE_H_
#define SERVER_BASE_WORK_QUEUE_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "proto/result.h"

namespace dkimkeeper {

// RESOURCE_EXHAUSTED/QUEUE_FULL with a retry hint.
[[nodiscard]] tl::unexpected<Error> QueueFull();

// Thread-safe.
class WorkQueue {
 public:
  struct Options {
    unsigned threads = 1;
    std::size_t limit = 1024;  // jobs that may wait, beside those that run
  };

  explicit WorkQueue(Options options);
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;
  ~WorkQueue() { Stop(); }

  // `job` runs once, on one of the threads, and does not throw. RESOURCE_EXHAUSTED/QUEUE_FULL with
  // a retry hint, UNAVAILABLE/SHUTTING_DOWN: it will not run.
  [[nodiscard]] Outcome Submit(std::function<void()> job);

  // UNAVAILABLE/SHUTTING_DOWN: it takes nothing any more.
  [[nodiscard]] Outcome IsOpen() const;

  // Before or after all that wait.
  enum class Turn : std::uint8_t { kFirst, kLast };
  // Takes jobs that were accepted before, in their order, whatever the limit.
  // UNAVAILABLE/SHUTTING_DOWN: none of them will run.
  [[nodiscard]] Outcome SubmitAgain(std::vector<std::function<void()>> jobs, Turn turn);

  [[nodiscard]] std::size_t Waiting() const;
  [[nodiscard]] std::size_t limit() const { return limit_; }

  // Takes nothing new, runs what waits, returns when that is done. Can be called twice; not from a
  // job.
  void Stop();

 private:
  void Run();

  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
  std::once_flag joined_;
};

}  // namespace dkimkeeper

#endif  // SERVER_BASE_WORK_QUEUE_H_
