#include "hsm/shared/destroy_ledger.h"

#include <gtest/gtest.h>

#include <memory>

#include "hsm/shared/refused_pin.h"
#include "proto/reason.h"
#include "tests/unit/hsm/shared/forked.h"

namespace dkimkeeper {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Ledger : public testing::Test {
 protected:
  // How many of `count` other keys may be destroyed at `now`.
  int Allowed(int count, Deadline now) {
    int allowed = 0;
    for (int i = 0; i < count; ++i) allowed += ledger_->Allow(KeyId::Random(), now) ? 1 : 0;
    return allowed;
  }
  void WithLimit(unsigned limit) {
    ledger_ = std::make_unique<DestroyLedger>(file_.number(), limit);
  }

  SharedFile file_;
  std::unique_ptr<DestroyLedger> ledger_ = std::make_unique<DestroyLedger>(file_.number(), 3);
  const Deadline start_ = Deadline(hours(100));
};

TEST_F(Ledger, AllowsSoManyAnHour) {
  EXPECT_EQ(Allowed(5, start_), 3);
  EXPECT_EQ(Allowed(1, start_ + minutes(59)), 0);
  EXPECT_EQ(Allowed(5, start_ + minutes(60)), 3);
}

TEST_F(Ledger, SaysWhenToTryAgain) {
  EXPECT_EQ(Allowed(1, start_), 1);
  EXPECT_EQ(Allowed(2, start_ + minutes(20)), 2);
  const Error error = ledger_->Allow(KeyId::Random(), start_ + minutes(50)).error();
  EXPECT_EQ(error.code, Code::kResourceExhausted);
  EXPECT_EQ(error.reason, reason::kDestroyLimit);
  EXPECT_EQ(error.retry_after, minutes(10));
  EXPECT_EQ(Allowed(5, start_ + minutes(60)), 1);
}

TEST_F(Ledger, CountsTheSameKeyOnce) {
  const KeyId key = KeyId::Random();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(ledger_->Allow(key, start_));
  EXPECT_EQ(Allowed(5, start_), 2);
  EXPECT_TRUE(ledger_->Allow(key, start_ + minutes(1)));
}

// Otherwise keys that were entered and left would be destroyed at the end of their hour, and as
// many others at the beginning of the next.
TEST_F(Ledger, CountsAKeyFromTheLastTime) {
  const KeyId keys[] = {KeyId::Random(), KeyId::Random(), KeyId::Random()};
  for (const KeyId& key : keys) EXPECT_TRUE(ledger_->Allow(key, start_));
  for (const KeyId& key : keys) EXPECT_TRUE(ledger_->Allow(key, start_ + minutes(59)));
  EXPECT_EQ(Allowed(3, start_ + minutes(61)), 0);
  EXPECT_EQ(Allowed(5, start_ + minutes(119)), 3);
}

TEST_F(Ledger, BeginsAnewWithTheHostsClock) {
  EXPECT_EQ(Allowed(3, start_), 3);
  EXPECT_EQ(Allowed(1, start_ - std::chrono::seconds(1)), 0) << "another worker was faster";
  EXPECT_EQ(Allowed(5, Deadline(minutes(5))), 3);
  EXPECT_EQ(Allowed(5, Deadline(minutes(66))), 3);
}

TEST_F(Ledger, OfZeroAllowsNothing) {
  WithLimit(0);
  EXPECT_EQ(Allowed(1, start_), 0);
}

TEST_F(Ledger, IsSharedByProcessesAndOutlivesThem) {
  for (int i = 0; i < 3; ++i) {
    Forked worker([&](const Forked&) { return Allowed(1, start_) == 1 ? 0 : 1; });
    EXPECT_EQ(worker.Wait(), 0);
  }
  EXPECT_EQ(Allowed(1, start_), 0);
  WithLimit(3);
  EXPECT_EQ(Allowed(1, start_), 0);
}

// Two that took the same place would leave room for one more.
TEST_F(Ledger, CountsRightWhenProcessesDestroyAtOnce) {
  WithLimit(2000);
  std::vector<std::unique_ptr<Forked>> workers(4);
  for (auto& worker : workers) {
    worker = std::make_unique<Forked>(
        [&](const Forked&) { return Allowed(500, start_) == 500 ? 0 : 1; });
  }
  for (const auto& worker : workers) EXPECT_EQ(worker->Wait(), 0);
  EXPECT_EQ(Allowed(1, start_), 0);
}

TEST_F(Ledger, WithoutAFileAllowsNothing) {
  EXPECT_FALSE(DestroyLedger(-1, 3).Allow(KeyId::Random(), start_));
}

TEST(RefusedPin, IsKnownToOtherProcessesUntilItIsClearedOrAnotherOne) {
  const SharedFile file;
  const RefusedPin refused(file.number());
  const PinStamp stamp{1, 2, 3};
  EXPECT_FALSE(refused.Is(stamp));
  EXPECT_FALSE(refused.Is({}));
  Forked worker([&](const Forked&) {
    refused.Mark(stamp);
    return 0;
  });
  EXPECT_EQ(worker.Wait(), 0);
  EXPECT_TRUE(refused.Is(stamp));
  EXPECT_FALSE(refused.Is({1, 2, 4}));
  refused.Clear();
  EXPECT_FALSE(refused.Is(stamp));
}

TEST(RefusedPin, IsAnyWhereItCannotBeRead) {
  const SharedFile file;
  const int number = dup(file.number());
  close(number);
  EXPECT_TRUE(RefusedPin(number).Is({1, 2, 3}));
  EXPECT_FALSE(RefusedPin().Is({1, 2, 3}));
}

}  // namespace
}  // namespace dkimkeeper
