#include "server/base/work_queue.h"

#include <chrono>
#include <iterator>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// Long enough for a queue to drain noticeably, short enough for a mail server's patience.
constexpr std::chrono::milliseconds kRetryHint{250};

tl::unexpected<Error> Stopping() {
  return Fail(Code::kUnavailable, reason::kShuttingDown,
              "the server is shutting down; try another one");
}

}  // namespace

tl::unexpected<Error> QueueFull() {
  auto full = Fail(Code::kResourceExhausted, reason::kQueueFull,
                   "too many requests wait already; retry later, or raise [signing] queue_limit");
  full.value().retry_after = kRetryHint;
  return full;
}

WorkQueue::WorkQueue(Options options) : limit_(options.limit) {
  threads_.reserve(options.threads);
  for (unsigned i = 0; i < options.threads; ++i) threads_.emplace_back([this] { Run(); });
}

Outcome WorkQueue::Submit(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Stopping();
    if (jobs_.size() >= limit_) return QueueFull();
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return {};
}

Outcome WorkQueue::IsOpen() const {
  const std::lock_guard lock(mutex_);
  if (stopping_) return Stopping();
  return {};
}

Outcome WorkQueue::SubmitAgain(std::vector<std::function<void()>> jobs, Turn turn) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Stopping();
    jobs_.insert(turn == Turn::kFirst ? jobs_.begin() : jobs_.end(),
                 std::make_move_iterator(jobs.begin()), std::make_move_iterator(jobs.end()));
  }
  changed_.notify_all();
  return {};
}

std::size_t WorkQueue::Waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void WorkQueue::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  std::call_once(joined_, [this] {
    for (std::thread& thread : threads_) thread.join();
  });
}

void WorkQueue::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;  // what it captured goes outside the lock
    lock.lock();
  }
}

}  // namespace dkimkeeper
