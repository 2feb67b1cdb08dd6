#include "hsm/shared/process_lock.h"

#include <gtest/gtest.h>

#include "tests/unit/hsm/shared/forked.h"

namespace dkimkeeper {
namespace {

using Mode = ProcessLock::Mode;
using Place = ProcessLock::Place;

Deadline Now() { return std::chrono::steady_clock::now(); }
Deadline Late() { return Now() + std::chrono::minutes(1); }

class Processes : public testing::Test {
 protected:
  // Another process that holds the lock until it is killed.
  std::unique_ptr<Forked> Holder(Place place, Mode mode) {
    auto holder = std::make_unique<Forked>([&](const Forked& self) {
      const auto hold = lock_.Take(place, mode, Late());
      if (hold) self.SayReady();
      return hold ? Forked::WaitForKill() : 1;
    });
    EXPECT_TRUE(holder->WaitUntilReady());
    return holder;
  }

  SharedFile file_;
  ProcessLock lock_{file_.number()};
};

TEST_F(Processes, KeepEachOtherOut) {
  const auto holder = Holder(Place::kStartUp, Mode::kExclusive);
  EXPECT_FALSE(lock_.Take(Place::kStartUp, Mode::kExclusive, Now()));
  EXPECT_FALSE(lock_.Take(Place::kStartUp, Mode::kShared, Now()));
  EXPECT_TRUE(lock_.Take(Place::kObjects, Mode::kExclusive, Now()));
}

TEST_F(Processes, ShareWhatIsShared) {
  const auto holder = Holder(Place::kObjects, Mode::kShared);
  EXPECT_TRUE(lock_.Take(Place::kObjects, Mode::kShared, Now()));
  EXPECT_FALSE(lock_.Take(Place::kObjects, Mode::kExclusive, Now()));
}

TEST_F(Processes, FreeWhatTheyHeldWhenTheyAreKilled) {
  const auto holder = Holder(Place::kStartUp, Mode::kExclusive);
  holder->Kill();
  EXPECT_TRUE(lock_.Take(Place::kStartUp, Mode::kExclusive, Now()));
}

TEST_F(Processes, WaitForEachOther) {
  auto hold = lock_.Take(Place::kObjects, Mode::kExclusive, Now());
  ASSERT_TRUE(hold);
  Forked other([&](const Forked& self) {
    if (lock_.Take(Place::kObjects, Mode::kExclusive, Now())) return 1;
    self.SayReady();
    return lock_.Take(Place::kObjects, Mode::kExclusive, Late()) ? 0 : 2;
  });
  ASSERT_TRUE(other.WaitUntilReady());
  hold.reset();
  EXPECT_EQ(other.Wait(), 0);
}

TEST(ProcessLock, WithoutOtherProcessesIsThereAtOnce) {
  EXPECT_TRUE(ProcessLock().Take(Place::kStartUp, Mode::kExclusive, Now()));
}

TEST(ProcessLock, OfAFileThatIsNotOpenIsNeverHad) {
  SharedFile file;
  const int number = dup(file.number());
  close(number);
  EXPECT_FALSE(ProcessLock(number).Take(Place::kStartUp, Mode::kExclusive, Late()));
}

}  // namespace
}  // namespace dkimkeeper
