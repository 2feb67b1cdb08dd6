// Many orders through one lane while the token's workers die: each is answered once, and well.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "hsm/remote/remote_token.h"
#include "server/signing/signing_lane.h"
#include "tests/fakes/fake_token.h"
#include "tests/fakes/quiet_tokens.h"
#include "tests/fakes/thread_workers.h"

namespace dkimkeeper {
namespace {

constexpr int kCallers = 4;
constexpr int kEach = 100;

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }

class SigningLaneLoad : public testing::Test {
 protected:
  SigningLaneLoad() { EXPECT_TRUE(remote_.WaitUntilReady(Soon())); }

  // All callers submit as fast as they can; `disturb` is called with each 50th answer.
  void SignAll(const std::function<void()>& disturb) {
    SigningLane lane(tokens_["one"], metrics_, clock_);
    std::latch answered(kCallers * kEach);
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < kCallers; ++caller) {
      callers.emplace_back([&, caller] {
        for (int i = 0; i < kEach; ++i) {
          const Sha256Digest digest = DigestOf(std::to_string(caller) + " " + std::to_string(i));
          EXPECT_TRUE(lane.Submit(
              {std::to_string(caller), key_.id, digest, Soon(), [&, digest](const auto& signature) {
                 good_ += Verifies(digest, signature) ? 1 : 0;
                 if (++done_ % 50 == 0) disturb();
                 answered.count_down();
               }}));
        }
      });
    }
    answered.wait();
    lane.AwaitBegun();
    tokens_.all().StopSigning();
    EXPECT_EQ(good_, kCallers * kEach);
    EXPECT_EQ(done_, kCallers * kEach);
  }
  bool Verifies(const Sha256Digest& digest, const Result<std::string>& signature) const {
    return signature && VerifySignature(key_.public_key, digest, *signature);
  }

  const SystemClock clock_;
  Metrics metrics_;
  FakeToken fake_;
  const TokenKey key_ =
      fake_
          .GenerateKeyPair(
              {.id = KeyId::Random(), .algorithm = Algorithm::kEd25519Sha256, .label = "dkim:a:b"},
              Soon())
          .value();
  ThreadWorkers workers_{fake_};
  RemoteToken remote_{{.name = "one", .workers = 2, .sessions = 3}, workers_};
  QuietTokens tokens_{
      {{.token = remote_, .limits = {}, .signing = {.threads = 6, .limit = kCallers * kEach}}},
      clock_};
  std::atomic<int> good_ = 0;
  std::atomic<int> done_ = 0;
};

TEST_F(SigningLaneLoad, Undisturbed) {
  SignAll([] {});
  EXPECT_EQ(workers_.starts(), 2U);
}

TEST_F(SigningLaneLoad, OneWorkerIsKilledAgainAndAgain) {
  SignAll([this] { workers_.KillOne(); });
}

TEST_F(SigningLaneLoad, AllWorkersAreKilledAgainAndAgain) {
  SignAll([this] { workers_.KillAll(); });
}

TEST_F(SigningLaneLoad, WorkersCrashNowAndThen) {
  std::atomic<unsigned> requests = 0;
  workers_.OnRequest(
      [&](const wire::Call&) { return ++requests % 97 == 0 ? Mishap::kCrash : Mishap::kNone; });
  SignAll([] {});
  workers_.OnRequest({});
}

}  // namespace
}  // namespace dkimkeeper
