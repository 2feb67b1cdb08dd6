#include "server/base/published.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <thread>
#include <vector>

namespace dkimkeeper {
namespace {

using Numbers = Published<int>;

std::shared_ptr<const int> Number(int n) { return std::make_shared<const int>(n); }

TEST(PublishedTest, ReaderKeepsWhatItTook) {
  Numbers numbers(Number(1));
  const auto old = numbers.Get();
  numbers.Publish(Number(2));
  EXPECT_EQ(*old, 1);
  EXPECT_EQ(*numbers.Get(), 2);
}

TEST(PublishedTest, OldSnapshotIsFreedWithItsLastReader) {
  Numbers numbers(Number(1));
  const std::weak_ptr<const int> old = numbers.Get();
  numbers.Publish(Number(2));
  EXPECT_TRUE(old.expired());
}

TEST(PublishedTest, CallbacksSeeTheNewSnapshotInOrderOfSubscription) {
  Numbers numbers(Number(1));
  std::vector<int> seen;
  const auto first = numbers.Subscribe([&] { seen.push_back(*numbers.Get()); });
  const auto second = numbers.Subscribe([&] { seen.push_back(-*numbers.Get()); });
  EXPECT_TRUE(seen.empty());
  numbers.Publish(Number(2));
  numbers.Publish(Number(3));
  EXPECT_EQ(seen, (std::vector<int>{2, -2, 3, -3}));
}

TEST(PublishedTest, EndedSubscriptionIsNotCalled) {
  Numbers numbers(Number(1));
  int calls = 0;
  auto subscription = numbers.Subscribe([&] { ++calls; });
  numbers.Publish(Number(2));
  subscription.Reset();
  numbers.Publish(Number(3));
  EXPECT_EQ(calls, 1);
}

TEST(PublishedTest, MovedSubscriptionLivesOn) {
  Numbers numbers(Number(1));
  int first_calls = 0;
  int second_calls = 0;
  auto subscription = numbers.Subscribe([&] { ++first_calls; });
  subscription = numbers.Subscribe([&] { ++second_calls; });
  numbers.Publish(Number(2));
  EXPECT_EQ(first_calls, 0);
  EXPECT_EQ(second_calls, 1);
}

TEST(PublishedTest, SubscriptionMayOutliveThePublisher) {
  std::optional<Numbers> numbers(std::in_place, Number(1));
  auto subscription = numbers->Subscribe([] {});
  numbers.reset();
  subscription.Reset();
}

TEST(PublishedTest, CallbackMayEndItsOwnSubscriptionAndSubscribeAnother) {
  Numbers numbers(Number(1));
  int calls = 0;
  Subscription mine;
  Subscription other;
  mine = numbers.Subscribe([&] {
    ++calls;
    mine.Reset();
    other = numbers.Subscribe([&] { calls += 10; });
  });
  numbers.Publish(Number(2));
  EXPECT_EQ(calls, 1);
  numbers.Publish(Number(3));
  EXPECT_EQ(calls, 11);
}

TEST(PublishedTest, NoLockIsHeldWhileACallbackRuns) {
  Numbers numbers(Number(1));
  std::promise<void> entered;
  std::promise<void> leave;
  const auto subscription = numbers.Subscribe([&] {
    entered.set_value();
    leave.get_future().wait();
  });
  std::thread publisher([&] { numbers.Publish(Number(2)); });
  entered.get_future().wait();
  EXPECT_EQ(*numbers.Get(), 2);  // would hang under the lock
  {
    const auto another = numbers.Subscribe([] {});
  }
  leave.set_value();
  publisher.join();
}

TEST(PublishedTest, EndingASubscriptionWaitsForTheRunInAnotherThread) {
  Numbers numbers(Number(1));
  std::promise<void> entered;
  std::promise<void> leave;
  std::atomic<bool> finished = false;
  auto subscription = numbers.Subscribe([&] {
    entered.set_value();
    leave.get_future().wait();
    finished = true;
  });
  std::thread publisher([&] { numbers.Publish(Number(2)); });
  entered.get_future().wait();
  std::thread releaser([&] { leave.set_value(); });
  subscription.Reset();
  EXPECT_TRUE(finished);
  publisher.join();
  releaser.join();
}

TEST(PublishedTest, LastCallbackRunSeesTheLastValueUnderConcurrentPublishers) {
  Numbers numbers(Number(0));
  std::mutex mutex;
  int last_seen = -1;
  const auto subscription = numbers.Subscribe([&] {
    const std::lock_guard lock(mutex);
    last_seen = *numbers.Get();
  });
  std::vector<std::thread> publishers;
  for (int t = 1; t <= 4; ++t) {
    publishers.emplace_back([&numbers, t] {
      for (int i = 0; i < 200; ++i) numbers.Publish(Number(t * 1000 + i));
    });
  }
  for (std::thread& publisher : publishers) publisher.join();
  EXPECT_EQ(last_seen, *numbers.Get());
}

}  // namespace
}  // namespace dkimkeeper
