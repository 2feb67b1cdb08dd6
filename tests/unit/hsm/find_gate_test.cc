#include "hsm/pkcs11/find_gate.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

#include "proto/reason.h"
#include "tests/unit/hsm/shared/forked.h"

namespace dkimkeeper::pkcs11 {
namespace {

using Mode = FindGate::Mode;

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }
Deadline Now() { return std::chrono::steady_clock::now(); }

TEST(FindGate, LetsFindsRunTogether) {
  FindGate gate;
  const auto first = gate.Enter(Mode::kFind, Soon());
  EXPECT_TRUE(gate.Enter(Mode::kFind, Now()));
}

TEST(FindGate, KeepsFindsOutDuringAChange) {
  FindGate gate;
  std::optional<Attempt<FindGate::Hold>> change = gate.Enter(Mode::kChange, Soon());
  const auto find = gate.Enter(Mode::kFind, Now());
  ASSERT_FALSE(find);
  EXPECT_EQ(find.error().error.reason, reason::kDeadline);
  change.reset();
  EXPECT_TRUE(gate.Enter(Mode::kFind, Now()));
}

TEST(FindGate, KeepsChangesOutDuringAFindAndAnotherChange) {
  FindGate gate;
  {
    const auto find = gate.Enter(Mode::kFind, Soon());
    EXPECT_FALSE(gate.Enter(Mode::kChange, Now()));
  }
  const auto change = gate.Enter(Mode::kChange, Soon());
  ASSERT_TRUE(change);
  EXPECT_FALSE(gate.Enter(Mode::kChange, Now()));
}

TEST(FindGate, AChangeThatGaveUpLetsFindsPass) {
  FindGate gate;
  const auto find = gate.Enter(Mode::kFind, Soon());
  EXPECT_FALSE(gate.Enter(Mode::kChange, Now()));
  EXPECT_TRUE(gate.Enter(Mode::kFind, Now()));
}

TEST(FindGate, AWaitingChangeComesBeforeLaterFinds) {
  FindGate gate;
  std::optional<Attempt<FindGate::Hold>> find = gate.Enter(Mode::kFind, Soon());
  bool changed = false;
  std::jthread change([&] {
    const auto hold = gate.Enter(Mode::kChange, Soon());
    changed = hold.has_value();
  });
  // As soon as the change waits, a find must wait too.
  while (gate.Enter(Mode::kFind, Now())) std::this_thread::yield();
  find.reset();
  const auto later = gate.Enter(Mode::kFind, Soon());
  EXPECT_TRUE(later);
  EXPECT_TRUE(changed);
}

class GateBetweenProcesses : public testing::Test {
 protected:
  // Another process that stands inside its own gate until it is killed.
  std::unique_ptr<Forked> Inside(Mode mode) {
    auto other = std::make_unique<Forked>([this, mode](const Forked& self) {
      const auto hold = gate_.Enter(mode, Soon());
      if (hold) self.SayReady();
      return hold ? Forked::WaitForKill() : 1;
    });
    EXPECT_TRUE(other->WaitUntilReady());
    return other;
  }

  SharedFile file_;
  FindGate gate_{ProcessLock(file_.number())};
};

TEST_F(GateBetweenProcesses, LetsFindsRunTogether) {
  const auto other = Inside(Mode::kFind);
  const auto first = gate_.Enter(Mode::kFind, Now());
  EXPECT_TRUE(first);
  EXPECT_TRUE(gate_.Enter(Mode::kFind, Now()));
  EXPECT_FALSE(gate_.Enter(Mode::kChange, Now()));
}

TEST_F(GateBetweenProcesses, KeepsFindsOutDuringAChangeAndChangesOutDuringAFind) {
  {
    const auto other = Inside(Mode::kChange);
    EXPECT_FALSE(gate_.Enter(Mode::kFind, Now()));
    EXPECT_FALSE(gate_.Enter(Mode::kChange, Now()));
  }
  {
    const auto other = Inside(Mode::kFind);
    EXPECT_FALSE(gate_.Enter(Mode::kChange, Now()));
  }
  EXPECT_TRUE(gate_.Enter(Mode::kChange, Now()));
}

TEST_F(GateBetweenProcesses, IsOpenToOthersOnceTheLastOfUsHasLeft) {
  std::optional<Attempt<FindGate::Hold>> first = gate_.Enter(Mode::kFind, Now());
  std::optional<Attempt<FindGate::Hold>> second = gate_.Enter(Mode::kFind, Now());
  const auto other_may_change = [this] {
    return Forked([this](const Forked&) {
             return FindGate(ProcessLock(file_.number())).Enter(Mode::kChange, Now()) ? 1 : 0;
           }).Wait() == 1;
  };
  first.reset();
  EXPECT_FALSE(other_may_change());
  second.reset();
  EXPECT_TRUE(other_may_change());
}

}  // namespace
}  // namespace dkimkeeper::pkcs11
