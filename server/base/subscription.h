// A callback that ends with the object that holds it.
#ifndef SERVER_BASE_SUBSCRIPTION_H_
#define SERVER_BASE_SUBSCRIPTION_H_

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace dkimkeeper {

// One subscriber's callback, shared between the publisher and the Subscription. Thread-safe.
class Subscriber {
 public:
  explicit Subscriber(std::function<void()> callback) : callback_(std::move(callback)) {}
  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;

  // Runs the callback unless it was cancelled; no lock is held meanwhile.
  void Run();

  // From its return on the callback does not run and is not running; called from inside the
  // callback itself it only makes sure that this run is the last.
  void Cancel();

 private:
  [[nodiscard]] bool RunsElsewhereLocked() const;

  const std::function<void()> callback_;
  std::mutex mutex_;
  std::condition_variable idle_;
  bool cancelled_ = false;
  std::vector<std::thread::id> running_;  // one entry per run; several publishers may overlap
};

// The subscriber's end: destroying it cancels. Movable, not thread-safe; may outlive the publisher.
//
// Destruction waits for a run of the callback in another thread, so never destroy it while holding
// a lock that the callback takes.
class Subscription {
 public:
  Subscription() = default;
  explicit Subscription(std::shared_ptr<Subscriber> subscriber)
      : subscriber_(std::move(subscriber)) {}
  Subscription(Subscription&& other) noexcept = default;
  Subscription& operator=(Subscription&& other) noexcept;
  ~Subscription() { Reset(); }

  void Reset();

 private:
  std::shared_ptr<Subscriber> subscriber_;
};

}  // namespace dkimkeeper

#endif  // SERVER_BASE_SUBSCRIPTION_H_
