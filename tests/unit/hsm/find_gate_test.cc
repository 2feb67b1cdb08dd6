#include "hsm/pkcs11/find_gate.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

#include "proto/reason.h"

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

}  // namespace
}  // namespace dkimkeeper::pkcs11
