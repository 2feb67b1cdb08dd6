#include "server/base/work_queue.h"

#include <gmock/gmock.h>

#include <future>
#include <latch>
#include <vector>

namespace dkimkeeper {
namespace {

using testing::ElementsAre;

// One thread, which is held up.
class WorkQueueTest : public testing::Test {
 protected:
  WorkQueueTest() {
    EXPECT_TRUE(queue_.Submit([this] {
      holding_.count_down();
      release_.wait();
    }));
    holding_.wait();
  }
  std::function<void()> Note(int number) {
    return [this, number] { done_.push_back(number); };
  }
  void Finish() {
    release_.count_down();
    queue_.Stop();
  }

  std::latch holding_{1}, release_{1};
  std::vector<int> done_;
  WorkQueue queue_{{.threads = 1, .limit = 2}};
};

TEST_F(WorkQueueTest, RunsInOrderAndRefusesOneTooMany) {
  EXPECT_TRUE(queue_.Submit(Note(1)));
  EXPECT_TRUE(queue_.Submit(Note(2)));
  EXPECT_EQ(queue_.Submit(Note(3)).error().reason, "QUEUE_FULL");
  EXPECT_TRUE(queue_.IsOpen());
  EXPECT_EQ(queue_.Waiting(), 2U);
  Finish();
  EXPECT_THAT(done_, ElementsAre(1, 2));
}

TEST_F(WorkQueueTest, WhatWasAcceptedBeforeIsTakenWhateverTheLimit) {
  EXPECT_TRUE(queue_.Submit(Note(3)));
  EXPECT_TRUE(queue_.Submit(Note(4)));
  EXPECT_TRUE(queue_.SubmitAgain({Note(1), Note(2)}, WorkQueue::Turn::kFirst));
  EXPECT_TRUE(queue_.SubmitAgain({Note(5), Note(6)}, WorkQueue::Turn::kLast));
  Finish();
  EXPECT_THAT(done_, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(WorkQueueTest, AfterItsStopItTakesNothing) {
  Finish();
  EXPECT_EQ(queue_.Submit(Note(1)).error().reason, "SHUTTING_DOWN");
  EXPECT_EQ(queue_.SubmitAgain({Note(1)}, WorkQueue::Turn::kFirst).error().reason, "SHUTTING_DOWN");
  EXPECT_EQ(queue_.IsOpen().error().reason, "SHUTTING_DOWN");
  EXPECT_THAT(done_, ElementsAre());
}

}  // namespace
}  // namespace dkimkeeper
