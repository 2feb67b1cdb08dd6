#include "server/base/work_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

namespace dkimkeeper {
namespace {

// Occupies one thread of a queue until it is opened.
class Gate {
 public:
  explicit Gate(WorkQueue& queue) {
    EXPECT_TRUE(queue.Submit([this] {
      entered_.count_down();
      open_.wait();
    }));
    entered_.wait();
  }
  void Open() { open_.count_down(); }

 private:
  std::latch entered_{1};
  std::latch open_{1};
};

TEST(WorkQueue, RunsEveryJobOnce) {
  constexpr int kSubmitters = 4;
  constexpr int kJobs = 500;
  std::vector<std::atomic<int>> runs(kSubmitters * kJobs);
  WorkQueue queue({.threads = 3, .limit = kSubmitters * kJobs});
  {
    std::vector<std::jthread> submitters;
    for (int s = 0; s < kSubmitters; ++s) {
      submitters.emplace_back([&, s] {
        for (int j = 0; j < kJobs; ++j) {
          EXPECT_TRUE(
              queue.Submit([&run = runs[static_cast<std::size_t>(s * kJobs + j)]] { ++run; }));
        }
      });
    }
  }
  queue.Stop();
  for (const auto& run : runs) EXPECT_EQ(run, 1);
}

TEST(WorkQueue, RunsAsManyAtOnceAsItHasThreads) {
  std::barrier together(3);
  WorkQueue queue({.threads = 3, .limit = 3});
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(queue.Submit([&together] { together.arrive_and_wait(); }));
  }
  queue.Stop();  // would never return if two of them shared a thread
}

TEST(WorkQueue, RunsInOrderOfSubmission) {
  std::vector<int> order;
  WorkQueue queue({.threads = 1, .limit = 100});
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(queue.Submit([&order, i] { order.push_back(i); }));
  queue.Stop();
  ASSERT_EQ(order.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(WorkQueue, WhatIsOverTheLimitIsRefusedWithARetryHint) {
  std::atomic<int> runs = 0;
  WorkQueue queue({.threads = 1, .limit = 2});
  Gate gate(queue);
  EXPECT_TRUE(queue.Submit([&runs] { ++runs; }));
  EXPECT_TRUE(queue.Submit([&runs] { ++runs; }));
  EXPECT_EQ(queue.Waiting(), 2U);
  const auto refused = queue.Submit([&runs] { ++runs; });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kResourceExhausted);
  EXPECT_EQ(refused.error().reason, "QUEUE_FULL");
  EXPECT_GT(refused.error().retry_after.count(), 0);
  gate.Open();
  queue.Stop();
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(queue.Waiting(), 0U);
}

TEST(WorkQueue, StopRunsWhatWaitsAndTakesNothingNew) {
  std::atomic<int> runs = 0;
  WorkQueue queue({.threads = 1, .limit = 10});
  Gate gate(queue);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(queue.Submit([&runs] { ++runs; }));
  gate.Open();
  queue.Stop();
  EXPECT_EQ(runs, 10);
  const auto late = queue.Submit([&runs] { ++runs; });
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kUnavailable);
  EXPECT_EQ(late.error().reason, "SHUTTING_DOWN");
  EXPECT_EQ(runs, 10);
}

TEST(WorkQueue, WhoeverStopsItReturnsWhenAllIsDone) {
  std::atomic<int> runs = 0;
  WorkQueue queue({.threads = 2, .limit = 10});
  Gate gate(queue);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(queue.Submit([&runs] { ++runs; }));
  std::vector<std::jthread> stoppers;
  for (int i = 0; i < 3; ++i) {
    stoppers.emplace_back([&] {
      queue.Stop();
      EXPECT_EQ(runs, 10);
    });
  }
  gate.Open();
}

TEST(WorkQueue, AJobMaySubmitAnother) {
  std::latch done(1);
  WorkQueue queue({.threads = 1, .limit = 1});
  EXPECT_TRUE(queue.Submit([&] { EXPECT_TRUE(queue.Submit([&done] { done.count_down(); })); }));
  done.wait();
}

// Else a reply that is finished by its last owner would stand in the way of everybody.
TEST(WorkQueue, WhatAJobHeldGoesOutsideTheLock) {
  WorkQueue queue({.threads = 1, .limit = 1});
  std::size_t waiting = 99;
  const auto ask = [&](int*) { waiting = queue.Waiting(); };
  int token = 0;
  std::shared_ptr<int> held(&token, ask);
  EXPECT_TRUE(queue.Submit([held = std::move(held)] { EXPECT_NE(held, nullptr); }));
  queue.Stop();
  EXPECT_EQ(waiting, 0U);
}

}  // namespace
}  // namespace dkimkeeper
