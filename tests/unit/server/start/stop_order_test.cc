// The order to stop: heard at any time, and how long what follows it may take.
#include "server/stop_order.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

namespace dkimkeeper {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(StopOrder, GoesWithoutOne) {
  const ShutdownSignal signal;
  const StopOrder order(signal, milliseconds(0), [] { FAIL() << "nobody gave it"; });
}

TEST(StopOrder, IsTheSignalThatCame) {
  const ShutdownSignal signal;
  for (const int number : {SIGTERM, SIGINT}) {
    StopOrder order(signal, hours(1), [] { FAIL() << "within an hour"; });
    ASSERT_EQ(::kill(::getpid(), number), 0);
    EXPECT_EQ(order.Wait(), number);
    EXPECT_EQ(order.Wait(), number);
  }
}

TEST(StopOrder, EndsPatienceThoughNobodyWaitsForIt) {
  const ShutdownSignal signal;
  std::promise<void> called;
  const StopOrder order(signal, milliseconds(1), [&] { called.set_value(); });
  ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
  called.get_future().wait();
}

}  // namespace
}  // namespace dkimkeeper
