// An immutable value that one side replaces and many read.
#ifndef SERVER_BASE_PUBLISHED_H_
#define SERVER_BASE_PUBLISHED_H_

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "server/base/subscription.h"

namespace dkimkeeper {

// Holds a snapshot that is swapped whole. Readers keep what they took for as long as they like.
// Thread-safe; the lock is held for a pointer copy only, never while a callback runs.
template <typename T>
class Published {
 public:
  using Snapshot = std::shared_ptr<const T>;

  // `initial` is not null.
  explicit Published(Snapshot initial) : snapshot_(std::move(initial)) {}
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;

  // Never null.
  [[nodiscard]] Snapshot Get() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
  }

  // Replaces the snapshot, then runs the callbacks in this thread, in order of subscription.
  // `next` is not null.
  void Publish(Snapshot next) {
    std::vector<std::shared_ptr<Subscriber>> subscribers;
    {
      const std::lock_guard lock(mutex_);
      snapshot_.swap(next);
      subscribers = LiveLocked();
    }
    next.reset();  // the last reference to the old snapshot may be this one: not under the lock
    for (const auto& subscriber : subscribers) subscriber->Run();
  }

  // `callback` runs after each later Publish, in the publisher's thread: it must be short and must
  // not throw. It is given no value on purpose: of two publishers that overlap the slower would
  // hand out the older one last. It calls Get(), and so the last run sees the last value. It may
  // run in two threads at once, and may call everything here, Publish excepted.
  [[nodiscard]] Subscription Subscribe(std::function<void()> callback) {
    auto subscriber = std::make_shared<Subscriber>(std::move(callback));
    const std::lock_guard lock(mutex_);
    (void)LiveLocked();
    subscribers_.push_back(subscriber);
    return Subscription(std::move(subscriber));
  }

 private:
  // The subscribers that are still there; forgets the others.
  std::vector<std::shared_ptr<Subscriber>> LiveLocked() {
    std::vector<std::shared_ptr<Subscriber>> live;
    std::erase_if(subscribers_, [&live](const std::weak_ptr<Subscriber>& entry) {
      auto subscriber = entry.lock();
      if (!subscriber) return true;
      live.push_back(std::move(subscriber));
      return false;
    });
    return live;
  }

  mutable std::mutex mutex_;
  Snapshot snapshot_;
  std::vector<std::weak_ptr<Subscriber>> subscribers_;
};

}  // namespace dkimkeeper

#endif  // SERVER_BASE_PUBLISHED_H_
