// Many callers while the registry swaps its picture: what ThreadSanitizer is for.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "server/store/registry.h"
#include "tests/fakes/memory_store.h"
#include "tests/unit/server/signing/signing_fixture.h"

namespace dkimkeeper {
namespace {

constexpr int kCallers = 4;
constexpr int kRequests = 100;

class SignerConcurrency : public SigningFixture {
 protected:
  Result<Updated> Put(const Key& key) {
    return registry_->Update(sample::Minute(30), [&key](const View&) -> Result<Decision> {
      return Decision{{PutKey{key}}, {}};
    });
  }

  MemoryStore store_;
  std::unique_ptr<Registry> registry_ =
      Registry::Open(store_, {{sample::IdentityOf("unix:mta"), Verb::kSign, Scope::Everything()}})
          .value();
  QuietTokens wide_{
      {{.token = token_, .limits = {}, .signing = {.threads = 4, .limit = kCallers * kRequests}}},
      clock_};
};

TEST_F(SignerConcurrency, EveryRequestIsAnsweredOnceByThePictureItSaw) {
  ASSERT_TRUE(Put(key_));
  Signer::Parts parts{.tokens = wide_,
                      .audit = audit_,
                      .metrics = metrics_,
                      .activity = activity_,
                      .clock = clock_,
                      .on_key_changed = {},
                      .on_first_use = {}};
  Signer signer(std::move(parts));
  std::latch answered(kCallers * kRequests);
  std::atomic<int> good = 0;
  std::atomic<bool> done = false;

  std::jthread writer([&] {
    for (int i = 0; !done; ++i) {
      const auto name = "other" + std::to_string(i);
      EXPECT_TRUE(Put(sample::ActiveKeyOf("example.org", name)));
    }
  });
  {
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < kCallers; ++caller) {
      callers.emplace_back([&] {
        for (int i = 0; i < kRequests; ++i) {
          const ViewPtr view = registry_->Get();
          auto order = Resolve(view->rules, view->keyring, sample::IdentityOf("unix:mta"),
                               Request("mail"), sample::Minute(30));
          ASSERT_TRUE(order) << order.error().message;
          signer.Sign(*std::move(order), Soon(), [&](const Result<std::string>& signature) {
            if (Verifies("mail", signature)) ++good;
            answered.count_down();
          });
        }
      });
    }
  }
  answered.wait();
  done = true;
  writer.join();
  EXPECT_EQ(good, kCallers * kRequests);
  EXPECT_EQ(signer.signatures(), kCallers * kRequests + 0U);
  EXPECT_EQ(audit_.entries().size(), kCallers * kRequests + 0U);
}

}  // namespace
}  // namespace dkimkeeper
