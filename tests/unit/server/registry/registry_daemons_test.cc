// Several writers: other daemons on the same store, and threads of this one.
#include <atomic>
#include <thread>
#include <vector>

#include "server/store/registry.h"
#include "tests/unit/server/registry/registry_fixture.h"

namespace dkimkeeper {
namespace {

using sample::Minute;

class RegistryDaemons : public RegistryFixture {
 protected:
  std::unique_ptr<Registry> other_ = Open();
};

TEST_F(RegistryDaemons, ADecisionSeesWhatOthersCommitted) {
  EXPECT_TRUE(other_->Update(Minute(0), Adding("example.com")));
  EXPECT_FALSE(Knows(*registry_->Get(), "example.com")) << "nobody refreshed yet";
  EXPECT_TRUE(registry_->Update(Minute(0), [&](const View& view) -> Result<Decision> {
    EXPECT_TRUE(Knows(view, "example.com"));
    return Add("example.org");
  }));
}

TEST_F(RegistryDaemons, RefreshTakesOverWhatOthersCommitted) {
  EXPECT_TRUE(other_->Update(Minute(0), Adding("example.com")));
  EXPECT_TRUE(registry_->Refresh());
  EXPECT_TRUE(Knows(*registry_->Get(), "example.com"));
  EXPECT_EQ(registry_->Get()->contents.generation, other_->Get()->contents.generation);
}

TEST_F(RegistryDaemons, DecidesAgainWhenAnotherWasQuicker) {
  int decided = 0;
  const auto updated = registry_->Update(Minute(0), [&](const View& view) -> Result<Decision> {
    EXPECT_EQ(Knows(view, "quicker.example"), decided > 0);
    if (++decided == 1) EXPECT_TRUE(other_->Update(Minute(0), Adding("quicker.example")));
    return Add("example.com");
  });
  ASSERT_TRUE(updated);
  EXPECT_EQ(decided, 2);
  EXPECT_TRUE(Knows(*updated->view, "quicker.example"));
  EXPECT_TRUE(Knows(*updated->view, "example.com"));
}

TEST_F(RegistryDaemons, MayRefuseTheSecondTime) {
  const auto updated = registry_->Update(Minute(0), [&](const View& view) -> Result<Decision> {
    if (Knows(view, "example.com")) return Fail(Code::kAlreadyExists, "DOMAIN_EXISTS", "taken");
    EXPECT_TRUE(other_->Update(Minute(0), Adding("example.com")));
    return Add("example.com");
  });
  EXPECT_EQ(updated.error().reason, "DOMAIN_EXISTS");
}

TEST_F(RegistryDaemons, GivesUpWhenOthersAreAlwaysQuicker) {
  int decided = 0;
  const auto updated = registry_->Update(Minute(0), [&](const View&) -> Result<Decision> {
    EXPECT_TRUE(other_->Update(Minute(0), Adding("n" + std::to_string(++decided) + ".example")));
    return Add("example.com");
  });
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().reason, "CHANGED_SINCE_READ");
  EXPECT_FALSE(Knows(*registry_->Get(), "example.com"));
}

TEST_F(RegistryDaemons, OneRequestAtTwoDaemonsIsDoneOnce) {
  int decided = 0;
  const auto updated =
      registry_->Update(Request("r1"), Minute(0), [&](const View&) -> Result<Decision> {
        ++decided;
        EXPECT_TRUE(other_->Update(Request("r1"), Minute(0), Adding("theirs.example")));
        return Add("ours.example");
      });
  ASSERT_TRUE(updated);
  EXPECT_TRUE(updated->repeated);
  EXPECT_EQ(updated->subject, "theirs.example");
  EXPECT_TRUE(Knows(*updated->view, "theirs.example"));
  EXPECT_FALSE(Knows(*updated->view, "ours.example"));
  EXPECT_EQ(decided, 1);
}

TEST_F(RegistryDaemons, ConcurrentUpdatesAllArrive) {
  constexpr int kThreads = 4;
  constexpr int kUpdates = 50;
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    std::uint64_t last = 0;
    while (!done) {
      EXPECT_TRUE(registry_->Refresh());
      const ViewPtr view = registry_->Get();
      EXPECT_GE(view->contents.generation, last) << "never back to an older picture";
      EXPECT_EQ(view->contents.domains.size(), view->contents.generation);
      last = view->contents.generation;
    }
  });
  {
    std::vector<std::jthread> writers;
    for (int t = 0; t < kThreads; ++t) {
      writers.emplace_back([&, t] {
        for (int i = 0; i < kUpdates; ++i) {
          const auto name = "t" + std::to_string(t) + "-" + std::to_string(i) + ".example";
          EXPECT_TRUE(registry_->Update(Minute(0), Adding(name)));
        }
      });
    }
  }
  done = true;
  reader.join();
  EXPECT_EQ(registry_->Get()->contents.domains.size(), kThreads * kUpdates + 0U);
}

// Two daemons in earnest: an update may lose its race too often, and then it changed nothing.
TEST_F(RegistryDaemons, ConcurrentDaemonsLoseNothingThatWasAnswered) {
  std::atomic<std::uint64_t> succeeded = 0;
  {
    std::vector<std::jthread> writers;
    for (Registry* registry : {registry_.get(), other_.get()}) {
      writers.emplace_back([&, registry] {
        for (int i = 0; i < 100; ++i) {
          const std::string prefix = registry == registry_.get() ? "a" : "b";
          const auto updated =
              registry->Update(Minute(0), Adding(prefix + std::to_string(i) + ".example"));
          if (updated) ++succeeded;
          if (!updated) EXPECT_EQ(updated.error().reason, "CHANGED_SINCE_READ");
        }
      });
    }
  }
  EXPECT_EQ(Open()->Get()->contents.domains.size(), succeeded);
}

}  // namespace
}  // namespace dkimkeeper
