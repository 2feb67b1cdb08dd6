// Workers that start badly, late or not at all; and the end.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <set>
#include <string>

#include "hsm/remote/remote_token.h"
#include "proto/reason.h"
#include "tests/fakes/fake_token.h"
#include "tests/fakes/thread_workers.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }
Deadline After(milliseconds time) { return std::chrono::steady_clock::now() + time; }

RemoteTokenOptions Options(unsigned workers) {
  RemoteTokenOptions options{.name = "one", .workers = workers};
  options.limits.start = milliseconds(300);
  options.restarts = {
      .shortest = milliseconds(1), .longest = milliseconds(4), .refused = milliseconds(5)};
  return options;
}

TEST(RemoteTokenStart, TriesUntilAWorkerIsReady) {
  for (const StartMishap mishap :
       {StartMishap::kNoProcess, StartMishap::kSaysError, StartMishap::kCrash, StartMishap::kSilent,
        StartMishap::kGarbage}) {
    FakeToken fake;
    ThreadWorkers workers(fake);
    workers.OnStart([&](unsigned start) { return start <= 4 ? mishap : StartMishap::kNone; });
    RemoteToken token(Options(1), workers);
    EXPECT_TRUE(token.CheckHealth(Soon())) << static_cast<int>(mishap);
    EXPECT_EQ(workers.starts(), 5U);
    EXPECT_EQ(token.Info().ready_workers, 1U);
    EXPECT_NE(token.Info().last_error, "");
  }
}

TEST(RemoteTokenStart, SaysWhyNoWorkerIsReady) {
  FakeToken fake;
  ThreadWorkers workers(fake);
  workers.OnStart([](unsigned) { return StartMishap::kSaysError; });
  RemoteToken token(Options(2), workers);
  const Outcome ready = token.WaitUntilReady(Soon());
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().reason, reason::kTokenNotFound);
  EXPECT_EQ(ready.error().code, Code::kFailedPrecondition);
  EXPECT_NE(ready.error().message.find("exited with status 4"), std::string::npos)
      << ready.error().message;

  const Outcome health = token.CheckHealth(After(milliseconds(50)));
  ASSERT_FALSE(health);
  EXPECT_EQ(health.error().code, Code::kUnavailable);
  EXPECT_EQ(health.error().reason, reason::kTokenAway);
  EXPECT_GT(health.error().retry_after, milliseconds(0));

  workers.OnStart({});
  EXPECT_TRUE(token.CheckHealth(Soon()));
  EXPECT_TRUE(token.WaitUntilReady(Soon()));
}

TEST(RemoteTokenStart, StartsOneWorkerAtATime) {
  FakeToken fake;
  ThreadWorkers workers(fake);
  // The first ones take the whole time that a start may take.
  workers.OnStart(
      [](unsigned start) { return start <= 2 ? StartMishap::kSilent : StartMishap::kNone; });
  RemoteToken token(Options(4), workers);
  EXPECT_TRUE(token.CheckHealth(Soon()));
  EXPECT_EQ(workers.starts_at_once(), 1U);
}

TEST(RemoteTokenStart, ARefusedPinIsTriedOnce) {
  FakeToken fake;
  ThreadWorkers workers(fake);
  workers.OnStart([](unsigned) { return StartMishap::kPinRefused; });
  std::promise<void> refused;
  std::atomic<unsigned> told = 0;
  RemoteToken token(Options(2), workers,
                    {.on_state = [&](unsigned ready, const std::optional<Error>& error) {
                      EXPECT_EQ(ready, 0U);
                      EXPECT_EQ(error.value().reason, reason::kPinRefused);
                      // Each seat has asked again several times.
                      if (++told == 10) refused.set_value();
                    }});
  const Outcome ready = token.WaitUntilReady(Soon());
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().code, Code::kUnavailable);
  EXPECT_EQ(ready.error().reason, reason::kPinRefused);
  refused.get_future().wait();
  EXPECT_EQ(token.CheckHealth(Soon()).error().reason, reason::kPinRefused);
  EXPECT_EQ(workers.starts(), 1U);
}

TEST(RemoteTokenStart, AnOperatorMayLetThePinBeTriedAgain) {
  FakeToken fake;
  ThreadWorkers workers(fake);
  workers.OnStart(
      [](unsigned start) { return start == 1 ? StartMishap::kPinRefused : StartMishap::kNone; });
  std::promise<void> ready;
  std::atomic<bool> once = false;
  RemoteToken token(Options(1), workers,
                    {.on_state = [&](unsigned count, const std::optional<Error>&) {
                      if (count == 1 && !once.exchange(true)) ready.set_value();
                    }});
  EXPECT_EQ(token.CheckHealth(Soon()).error().code, Code::kUnavailable);
  token.AllowLogin();
  ready.get_future().wait();
  EXPECT_TRUE(token.CheckHealth(Soon()));
  EXPECT_EQ(workers.logins_allowed(), 1U);
}

TEST(RemoteTokenStart, APinThatIsRefusedLaterReachesCallersAsUnavailable) {
  FakeToken fake;
  fake.Fail(FakeToken::Call::kCheckHealth, 1,
            {Code::kFailedPrecondition, std::string(reason::kPinRefused), "refused"});
  ThreadWorkers workers(fake);
  RemoteToken token(Options(1), workers);
  const Outcome health = token.CheckHealth(Soon());
  ASSERT_FALSE(health);
  EXPECT_EQ(health.error().code, Code::kUnavailable);
  EXPECT_EQ(health.error().reason, reason::kPinRefused);
}

TEST(RemoteTokenStart, WaitsNoLongerThanItIsTold) {
  FakeToken fake;
  ThreadWorkers workers(fake);
  workers.OnStart([](unsigned) { return StartMishap::kSilent; });
  RemoteToken token(Options(1), workers);
  EXPECT_EQ(token.WaitUntilReady(After(milliseconds(10))).error().reason, reason::kTokenAway);
  EXPECT_EQ(token.CheckHealth(After(milliseconds(10))).error().reason, reason::kTokenAway);
}

TEST(RemoteTokenStart, CountsRestarts) {
  FakeToken fake;
  ThreadWorkers workers(fake);
  std::promise<void> again;
  std::atomic<unsigned> ready_again = 0;
  RemoteToken token(Options(2), workers,
                    {.on_state = [&](unsigned ready, const std::optional<Error>& error) {
                      if (ready == 2 && error && ++ready_again == 1) again.set_value();
                    }});
  ASSERT_TRUE(token.WaitUntilReady(Soon()));
  EXPECT_EQ(token.Info().workers, 2U);
  EXPECT_EQ(token.Info().restarts, 0U);
  workers.KillOne();
  again.get_future().wait();
  EXPECT_EQ(token.Info().restarts, 1U);
  EXPECT_NE(token.Info().last_error.find("signal 9"), std::string::npos) << token.Info().last_error;
}

unsigned OpenDescriptors() {
  unsigned count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    count += entry.exists() || true ? 1 : 0;
  }
  return count;
}

TEST(RemoteTokenEnd, EndsEveryWorkerAndClosesEveryDescriptor) {
  const unsigned before = OpenDescriptors();
  {
    FakeToken fake;
    ThreadWorkers workers(fake);
    {
      RemoteToken token(Options(3), workers);
      for (int i = 0; i < 20; ++i) {
        workers.KillAll();
        EXPECT_TRUE(token.CheckHealth(Soon()));
      }
    }
    EXPECT_EQ(workers.unended(), 0U);
  }
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST(RemoteTokenEnd, DoesNotWaitForAHungWorker) {
  FakeToken fake;
  ThreadWorkers workers(fake);
  workers.OnRequest([](const wire::Call&) { return Mishap::kHang; });
  {
    RemoteToken token({.name = "one"}, workers);
    EXPECT_FALSE(token.FindKeys(After(milliseconds(100))));  // its limit is a minute
    workers.WaitUntilHung(1);
  }
  EXPECT_EQ(workers.unended(), 0U);
}

// A daemon that is told to stop has callers inside, who may have minutes left.
TEST(RemoteTokenEnd, StopAnswersWhoWaits) {
  FakeToken fake;
  ThreadWorkers workers(fake);
  workers.OnRequest([](const wire::Call&) { return Mishap::kHang; });
  RemoteToken hung(Options(1), workers);
  ASSERT_TRUE(hung.WaitUntilReady(Soon()));
  FakeToken away;
  ThreadWorkers none(away);
  none.OnStart([](unsigned) { return StartMishap::kNoProcess; });
  RemoteToken waits(Options(1), none);
  for (RemoteToken* token : {&hung, &waits}) {
    auto asked = std::async(std::launch::async, [&] { return token->FindKeys(Soon()); });
    EXPECT_EQ(asked.wait_for(milliseconds(20)), std::future_status::timeout);
    token->Stop();
    const auto keys = asked.get();
    ASSERT_FALSE(keys);
    EXPECT_EQ(keys.error().code, Code::kUnavailable);
    EXPECT_EQ(keys.error().reason, reason::kShuttingDown);
    EXPECT_EQ(token->CheckHealth(Soon()).error().reason, reason::kShuttingDown);
    EXPECT_EQ(token->WaitUntilReady(Soon()).error().reason, reason::kShuttingDown);
  }
}

TEST(RemoteTokenEnd, DoesNotWaitForAWorkerThatStarts) {
  FakeToken fake;
  ThreadWorkers workers(fake);
  std::promise<void> began;
  workers.OnStart([&](unsigned) {
    began.set_value();
    return StartMishap::kSilent;
  });
  {
    RemoteTokenOptions options = Options(2);
    options.limits.start = std::chrono::hours(1);
    RemoteToken token(options, workers);
    began.get_future().wait();
  }
  EXPECT_EQ(workers.unended(), 0U);
}

}  // namespace
}  // namespace dkimkeeper
