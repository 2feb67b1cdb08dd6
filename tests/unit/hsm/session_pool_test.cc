#include "hsm/pkcs11/session_pool.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include "proto/reason.h"
#include "tests/unit/hsm/module_stub.h"

namespace dkimkeeper::pkcs11 {
namespace {

using Leases = std::vector<SessionPool::Lease>;

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }
Deadline Now() { return std::chrono::steady_clock::now(); }

class Pool : public testing::Test {
 protected:
  // As many leases as `count`, at once.
  static Leases Take(SessionPool& pool, int count, Access access = Access::kReadOnly) {
    Leases leases;
    for (int i = 0; i < count; ++i) {
      Attempt<SessionPool::Lease> lease = pool.Take(access, Soon());
      if (lease) leases.push_back(std::move(*lease));
    }
    return leases;
  }

  ModuleStub module_;
};

TEST_F(Pool, UsesTheSameSessionAgain) {
  SessionPool pool(module_.calls(), 4);
  pool.Open(1);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(pool.Take(Access::kReadOnly, Soon()));
  EXPECT_EQ(module_.opened(), 1U);
}

TEST_F(Pool, OpensNoMoreThanItsSizeAndSaysSo) {
  SessionPool pool(module_.calls(), 2);
  pool.Open(1);
  const Leases leases = Take(pool, 2);
  const auto third = pool.Take(Access::kReadOnly, Now());
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().error.reason, reason::kSessionsBusy);
  EXPECT_EQ(third.error().error.code, Code::kResourceExhausted);
  EXPECT_EQ(third.error().recovery, Recovery::kFail);
  EXPECT_EQ(module_.opened(), 2U);
}

TEST_F(Pool, WaitsForALeaseToEnd) {
  SessionPool pool(module_.calls(), 1);
  pool.Open(1);
  std::optional<Leases> held = Take(pool, 1);
  bool taken = false;
  std::jthread waiting([&] { taken = pool.Take(Access::kReadOnly, Soon()).has_value(); });
  held.reset();
  waiting.join();
  EXPECT_TRUE(taken);
  EXPECT_EQ(module_.opened(), 1U);
}

TEST_F(Pool, ClosesADiscardedSessionAndReplacesIt) {
  SessionPool pool(module_.calls(), 1);
  pool.Open(1);
  Take(pool, 1).front().Discard();
  EXPECT_EQ(module_.open_sessions(), 0U);
  EXPECT_EQ(Take(pool, 1).size(), 1U);
  EXPECT_EQ(module_.opened(), 2U);
}

TEST_F(Pool, GivesReadWriteSessionsBesideTheLimitAndKeepsNone) {
  SessionPool pool(module_.calls(), 1);
  pool.Open(1);
  {
    const Leases reader = Take(pool, 1);
    const Leases writers = Take(pool, 2, Access::kReadWrite);
    EXPECT_EQ(writers.size(), 2U);
  }
  EXPECT_EQ(module_.open_sessions(), 1U);
}

TEST_F(Pool, ShrinksToWhatTheTokenGives) {
  module_.max_sessions = 2;
  SessionPool pool(module_.calls(), 8);
  pool.Open(1);
  {
    const Leases leases = Take(pool, 2);
    const auto third = pool.Take(Access::kReadOnly, Soon());
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().recovery, Recovery::kShrinkPool);
    pool.Shrink();
    EXPECT_EQ(pool.limit(), 2U);
    EXPECT_EQ(pool.Take(Access::kReadOnly, Now()).error().error.reason, reason::kSessionsBusy);
  }
  EXPECT_EQ(Take(pool, 2).size(), 2U) << "the two it has still serve";
}

TEST_F(Pool, ShrinksIdleSessionsAwayForOneThatWrites) {
  module_.max_sessions = 2;
  SessionPool pool(module_.calls(), 2);
  pool.Open(1);
  static_cast<void>(Take(pool, 2));
  EXPECT_EQ(pool.Take(Access::kReadWrite, Soon()).error().recovery, Recovery::kShrinkPool);
  pool.Shrink();
  EXPECT_TRUE(pool.Take(Access::kReadWrite, Soon()));
  EXPECT_EQ(pool.limit(), 1U);
}

TEST_F(Pool, GrowsBackAfterAThousandGoodLeases) {
  SessionPool pool(module_.calls(), 2);
  pool.Open(1);
  pool.Shrink();
  EXPECT_EQ(pool.limit(), 1U);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(pool.Take(Access::kReadOnly, Soon()));
  EXPECT_EQ(pool.limit(), 2U);
}

TEST_F(Pool, AsksForTheTokenWhileItIsClosed) {
  SessionPool pool(module_.calls(), 1);
  const auto lease = pool.Take(Access::kReadOnly, Soon());
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().recovery, Recovery::kReinitialise);
  EXPECT_EQ(lease.error().error.reason, reason::kTokenAway);
}

TEST_F(Pool, DrainsWhenTheLastLeaseEnds) {
  SessionPool pool(module_.calls(), 2);
  pool.Open(1);
  std::optional<Leases> held = Take(pool, 1, Access::kReadWrite);
  EXPECT_FALSE(pool.Drain(Now()));
  EXPECT_EQ(Take(pool, 1).size(), 1U) << "it works on when it could not be drained";
  std::jthread ending([&] { held.reset(); });
  EXPECT_TRUE(pool.Drain(Soon()));
  EXPECT_EQ(pool.Take(Access::kReadOnly, Now()).error().error.reason, reason::kSessionsBusy);
}

TEST_F(Pool, ForgetsSessionsThatFinalisingEnded) {
  SessionPool pool(module_.calls(), 2);
  pool.Open(1);
  static_cast<void>(Take(pool, 2));
  ASSERT_TRUE(pool.Drain(Soon()));
  pool.Forget();
  EXPECT_EQ(module_.open_sessions(), 2U) << "C_CloseSession could hit a session of another life";
  pool.Open(1);
  EXPECT_EQ(Take(pool, 1).size(), 1U);
  EXPECT_EQ(module_.opened(), 3U);
}

TEST_F(Pool, LetsWhoAsksWhileItIsReopenedWait) {
  SessionPool pool(module_.calls(), 1);
  pool.Open(1);
  ASSERT_TRUE(pool.Drain(Soon()));
  pool.Forget();
  EXPECT_EQ(pool.Take(Access::kReadOnly, Now()).error().error.reason, reason::kSessionsBusy);
  std::jthread opening([&] { pool.Open(2); });
  EXPECT_TRUE(pool.Take(Access::kReadOnly, Soon()));
}

TEST_F(Pool, ServesManyThreads) {
  SessionPool pool(module_.calls(), 3);
  pool.Open(1);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 200; ++i) {
          Attempt<SessionPool::Lease> lease = pool.Take(Access::kReadOnly, Soon());
          ASSERT_TRUE(lease);
          if ((t + i) % 7 == 0) lease->Discard();
          if ((t + i) % 50 == 0) pool.Shrink();
        }
      });
    }
  }
  EXPECT_LE(module_.open_sessions(), 3U);
  EXPECT_TRUE(pool.Drain(Now())) << "no lease was lost count of";
}

}  // namespace
}  // namespace dkimkeeper::pkcs11
