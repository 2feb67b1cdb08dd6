// Many callers while workers die under them: every signature is right and none is lost.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "hsm/remote/remote_token.h"
#include "tests/fakes/fake_token.h"
#include "tests/fakes/thread_workers.h"

namespace dkimkeeper {
namespace {

constexpr unsigned kCallers = 8;

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }

class RemoteTokenLoad : public testing::Test {
 protected:
  RemoteTokenLoad()
      : workers_(fake_), token_({.name = "one", .workers = 2, .sessions = 3}, workers_) {
    token_.Expect(key_.id, key_.public_key);
  }

  // All callers sign `each` times; `disturb(n)` is called once n signatures in all are done, for
  // n = every, 2 · every, …
  void SignAll(unsigned each, unsigned every, const std::function<void()>& disturb) {
    std::vector<std::thread> callers;
    callers.reserve(kCallers);
    for (unsigned caller = 0; caller < kCallers; ++caller) {
      callers.emplace_back([&, caller] {
        for (unsigned i = 0; i < each; ++i) {
          SignOnce(std::to_string(caller) + " " + std::to_string(i));
          if (++done_ % every == 0) disturb();
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
  }

  void SignOnce(const std::string& text) {
    const Sha256Digest digest = DigestOf(text);
    const auto signature = token_.Sign(key_.id, digest, Soon());
    if (!signature) {
      ADD_FAILURE() << signature.error().reason << ": " << signature.error().message;
    } else {
      EXPECT_TRUE(VerifySignature(key_.public_key, digest, *signature));
    }
  }

  FakeToken fake_;
  const TokenKey key_ =
      fake_
          .GenerateKeyPair(
              {.id = KeyId::Random(), .algorithm = Algorithm::kEd25519Sha256, .label = "dkim:a:b"},
              Soon())
          .value();
  ThreadWorkers workers_;
  RemoteToken token_;
  std::atomic<unsigned> done_ = 0;
};

TEST_F(RemoteTokenLoad, OneWorkerIsKilledAgainAndAgain) {
  SignAll(60, 20, [this] { workers_.KillOne(); });
  EXPECT_GT(workers_.starts(), 10U);
}

TEST_F(RemoteTokenLoad, AllWorkersAreKilledAgainAndAgain) {
  SignAll(40, 40, [this] { workers_.KillAll(); });
  EXPECT_GT(workers_.starts(), 10U);
}

TEST_F(RemoteTokenLoad, WorkersCrashNowAndThen) {
  std::atomic<unsigned> requests = 0;
  workers_.OnRequest(
      [&](const wire::Call&) { return ++requests % 97 == 0 ? Mishap::kCrash : Mishap::kNone; });
  SignAll(60, 1000, [] {});
  workers_.OnRequest({});
  EXPECT_GT(workers_.starts(), 3U);
}

TEST_F(RemoteTokenLoad, SignaturesPassByAGenerationThatTakesItsTime) {
  fake_.Hold(FakeToken::Call::kGenerateKeyPair);
  Result<TokenKey> made = key_;
  std::thread generating([&] {
    made = token_.GenerateKeyPair(
        {.id = KeyId::Random(), .algorithm = Algorithm::kEd25519Sha256, .label = "dkim:c:d"},
        Soon());
  });
  fake_.WaitUntilHeld(FakeToken::Call::kGenerateKeyPair, 1);
  SignAll(20, 1000, [] {});
  fake_.Release(FakeToken::Call::kGenerateKeyPair);
  generating.join();
  EXPECT_TRUE(made) << made.error().message;
}

}  // namespace
}  // namespace dkimkeeper
