#include "client/lib/key_watch.h"

#include <utility>

#include "client/lib/backoff.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::chrono::milliseconds kFirstWait{100};
constexpr std::chrono::milliseconds kLongestWait{30'000};

// Whether the same call may succeed in a moment.
bool IsPassing(const Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kDeadlineExceeded ||
         error.code == Code::kResourceExhausted;
}

}  // namespace

KeyWatch::KeyWatch(KeyStream& stream, std::shared_ptr<Pace> pace)
    : stream_(stream),
      pace_(std::move(pace)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void KeyWatch::Run(const std::stop_token& stop) {
  Backoff backoff(kFirstWait, kLongestWait);
  std::uint64_t generation = 0;
  while (!stop.stop_requested()) {
    Note(stream_.Read(
        generation,
        [&](SigningKeys list) {
          generation = list.generation;
          backoff.Reset();
          Publish(std::move(list));
        },
        stop));
    if (!pace_->Wait(backoff.Next(pace_->Random()), stop)) return;
  }
}

void KeyWatch::Publish(SigningKeys list) {
  auto fresh = std::make_shared<const SigningKeys>(std::move(list));
  const std::lock_guard lock(mutex_);
  newest_ = std::move(fresh);
  changed_.notify_all();
}

void KeyWatch::Note(Error error) {
  const std::lock_guard lock(mutex_);
  last_error_ = std::move(error);
  changed_.notify_all();
}

Result<std::shared_ptr<const SigningKeys>> KeyWatch::Newest(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, limit, [this] {
    return newest_ != nullptr || (last_error_ && !IsPassing(*last_error_));
  });
  if (newest_ != nullptr) return newest_;
  if (last_error_) return tl::unexpected(*last_error_);
  return Fail(Code::kDeadlineExceeded, reason::kDeadline,
              "the server sent no list of signing keys within " + std::to_string(limit.count()) +
                  " ms; check the server's status");
}

}  // namespace dkimkeeper
