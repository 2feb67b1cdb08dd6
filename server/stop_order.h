// The order to stop, and the end of patience after it.
#ifndef SERVER_STOP_ORDER_H_
#define SERVER_STOP_ORDER_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "server/shutdown_signal.h"

namespace dkimkeeper {

// Waits for the signal in a thread of its own, so that an order that comes during the start is
// heard too. Thread-safe.
class StopOrder {
 public:
  // `too_long` is called once, in that thread, `grace` after the order, unless this is gone by
  // then. `signal` must outlive this.
  StopOrder(const ShutdownSignal& signal, std::chrono::milliseconds grace,
            std::function<void()> too_long);
  StopOrder(const StopOrder&) = delete;
  StopOrder& operator=(const StopOrder&) = delete;
  ~StopOrder();

  // Blocks until the order has come: the number of the signal.
  [[nodiscard]] int Wait();

 private:
  void Run();

  const ShutdownSignal& signal_;
  const std::chrono::milliseconds grace_;
  const std::function<void()> too_long_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<int> order_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace dkimkeeper

#endif  // SERVER_STOP_ORDER_H_
