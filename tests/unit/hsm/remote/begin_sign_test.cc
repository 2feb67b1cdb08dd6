// Signatures for which no thread waits.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <string>

#include "hsm/remote/remote_token.h"
#include "proto/reason.h"
#include "tests/fakes/fake_token.h"
#include "tests/fakes/thread_workers.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using Begun = Token::SignBegun;

Deadline Now() { return std::chrono::steady_clock::now(); }
Deadline Soon() { return Now() + std::chrono::seconds(60); }

class BeginSign : public testing::Test {
 protected:
  // Nothing: it cannot be begun now.
  std::optional<std::future<Begun>> Begin(const std::string& text, Deadline deadline) {
    const auto told = std::make_shared<std::promise<Begun>>();
    std::future<Begun> answer = told->get_future();
    const bool begun = token_->BeginSign(key_.id, DigestOf(text), deadline, [told](Begun outcome) {
      told->set_value(std::move(outcome));
    });
    if (!begun) return std::nullopt;
    return answer;
  }
  void StartOneWorkerWithOneSession() {
    token_.emplace(RemoteTokenOptions{.name = "one", .workers = 1, .sessions = 1}, workers_);
    ASSERT_TRUE(token_->WaitUntilReady(Soon()));
  }
  std::string ReasonOf(Begun begun) {
    const auto& result = std::get<Result<std::string>>(begun);
    return result ? "" : result.error().reason;
  }

  FakeToken fake_;
  const TokenKey key_ =
      fake_
          .GenerateKeyPair(
              {.id = KeyId::Random(), .algorithm = Algorithm::kEd25519Sha256, .label = "dkim:a:b"},
              Soon())
          .value();
  ThreadWorkers workers_{fake_};
  std::optional<RemoteToken> token_;
};

TEST_F(BeginSign, AnswersWithTheSignature) {
  StartOneWorkerWithOneSession();
  auto answer = Begin("mail", Soon());
  ASSERT_TRUE(answer);
  const auto signature = std::get<Result<std::string>>(answer->get());
  ASSERT_TRUE(signature);
  EXPECT_TRUE(VerifySignature(key_.public_key, DigestOf("mail"), *signature));
}

TEST_F(BeginSign, IsRefusedWhereItWouldHaveToWait) {
  StartOneWorkerWithOneSession();
  fake_.Hold(FakeToken::Call::kSign);
  auto first = Begin("first", Soon());
  ASSERT_TRUE(first);
  EXPECT_FALSE(Begin("second", Soon()));
  fake_.Release(FakeToken::Call::kSign);
  EXPECT_EQ(ReasonOf(first->get()), "");
  EXPECT_TRUE(Begin("third", Soon())) << "who is told finds the place free";
}

TEST_F(BeginSign, IsRefusedWhileTheTokenIsAway) {
  workers_.OnStart([](unsigned) { return StartMishap::kSaysError; });
  token_.emplace(RemoteTokenOptions{.name = "one"}, workers_);
  EXPECT_FALSE(token_->WaitUntilReady(Soon()));
  EXPECT_FALSE(Begin("mail", Soon()));
}

TEST_F(BeginSign, AnErrorForTheCallerIsTheAnswer) {
  StartOneWorkerWithOneSession();
  fake_.Fail(FakeToken::Call::kSign, 1, {Code::kInternal, "BAD_SIGNATURE", "bad"});
  auto answer = Begin("mail", Soon());
  ASSERT_TRUE(answer);
  EXPECT_EQ(ReasonOf(answer->get()), "BAD_SIGNATURE");
}

TEST_F(BeginSign, ACallerInAHurryIsToldSoAndTheWorkerIsKept) {
  StartOneWorkerWithOneSession();
  workers_.OnRequest([](const wire::Call&) { return Mishap::kNone; });
  fake_.Hold(FakeToken::Call::kSign);
  auto answer = Begin("mail", Now() + milliseconds(50));
  ASSERT_TRUE(answer);
  EXPECT_EQ(ReasonOf(answer->get()), reason::kDeadline);
  fake_.Release(FakeToken::Call::kSign);
  EXPECT_TRUE(token_->Sign(key_.id, DigestOf("mail"), Soon()));
  EXPECT_EQ(workers_.starts(), 1U);
}

// The module holds the call beyond its caller's deadline: nobody but the clock can tell him.
TEST_F(BeginSign, ACallerOfAHungModuleIsToldBeforeTheWorkerIsKilled) {
  workers_.OnRequest([](const wire::Call&) { return Mishap::kHang; });
  RemoteTokenOptions options{.name = "one", .workers = 1, .sessions = 1};
  options.limits.sign = options.limits.shortest_sign = std::chrono::seconds(60);
  token_.emplace(options, workers_);
  ASSERT_TRUE(token_->WaitUntilReady(Soon()));
  auto answer = Begin("mail", Now() + milliseconds(50));
  ASSERT_TRUE(answer);
  EXPECT_EQ(ReasonOf(answer->get()), reason::kDeadline);
  EXPECT_EQ(workers_.starts(), 1U);
}

TEST_F(BeginSign, WhatIsLeftOfItAfterTheStopIsRefused) {
  StartOneWorkerWithOneSession();
  workers_.OnRequest([](const wire::Call&) { return Mishap::kHang; });
  auto answer = Begin("mail", Soon());
  ASSERT_TRUE(answer);
  workers_.WaitUntilHung(1);
  token_->Stop();
  const Begun begun = answer->get();
  EXPECT_EQ(std::get<Token::SignRest>(begun)().error().reason, reason::kShuttingDown);
  EXPECT_FALSE(Begin("mail", Soon()));
}

}  // namespace
}  // namespace dkimkeeper
