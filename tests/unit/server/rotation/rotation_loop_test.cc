#include "server/rotation/rotation_loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

#include "tests/unit/server/rotation/works.h"

namespace dkimkeeper {
namespace {

constexpr std::chrono::seconds kLimit{60};

// Blocks the look at records of one domain until it is opened.
class Gate {
 public:
  void Pass(const RecordQuestion& question, const Domain& domain) {
    if (question.domain != domain) return;
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait_for(lock, kLimit, [this] { return open_; });
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void AwaitVisitor() {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, kLimit, [this] { return waiting_ > 0; }));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
};

class RotationLoopTest : public testing::Test {
 protected:
  void Start() {
    loop_.emplace(RotationLoop::Parts{.rotation = works_.rotation(),
                                      .registry = works_.registry(),
                                      .lease = works_.lease(),
                                      .tokens = works_.tokens(),
                                      .clock = world_.clock},
                  RotationLoop::Options{.threads = 2, .slow_threads = 2});
  }

  // Whether the registry shows so many published keys of that domain, at last.
  bool AwaitPublished(std::string_view domain, std::chrono::milliseconds limit = kLimit) {
    const auto published = [&](const View& view) {
      return std::ranges::any_of(view.contents.keys, [&](const auto& row) {
        return row.first.first == sample::DomainOf(domain) && row.second->published_at.has_value();
      });
    };
    return Await(published, limit);
  }
  bool Await(const std::function<bool(const View&)>& predicate, std::chrono::milliseconds limit) {
    std::mutex mutex;
    std::condition_variable changed;
    const Subscription views = works_.registry().views().Subscribe([&] {
      const std::lock_guard lock(mutex);
      changed.notify_all();
    });
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, limit, [&] { return predicate(*works_.registry().Get()); });
  }

  World world_;
  Works works_{world_};
  std::optional<RotationLoop> loop_;
};

TEST_F(RotationLoopTest, TakesWhatIsDueByItself) {
  works_.AddDomain("example.com");
  Start();
  EXPECT_TRUE(AwaitPublished("example.com"));
}

TEST_F(RotationLoopTest, SeesADomainThatIsNew) {
  Start();
  works_.AddDomain("example.com");
  EXPECT_TRUE(AwaitPublished("example.com"));
}

TEST_F(RotationLoopTest, OneSlowServerHoldsUpItsDomainOnly) {
  Gate gate;
  const Domain slow = sample::DomainOf("slow.example");
  world_.checker.SetHook([&](const RecordQuestion& question) { gate.Pass(question, slow); });
  works_.AddDomain("slow.example");
  Start();
  gate.AwaitVisitor();
  for (const char* name : {"a.example", "b.example", "z.example"}) works_.AddDomain(name);
  for (const char* name : {"a.example", "b.example", "z.example"}) {
    EXPECT_TRUE(AwaitPublished(name)) << name;
  }
  gate.Open();
  EXPECT_TRUE(AwaitPublished("slow.example"));
}

TEST_F(RotationLoopTest, AKickTriesAtOnceWhatFailed) {
  world_.zone.SetAway(true);
  works_.AddDomain("example.com");
  Start();
  ASSERT_TRUE(Await(
      [](const View& view) {
        return std::ranges::any_of(view.contents.keys, [](const auto& row) {
          return row.second->shown.begun_at.has_value();
        });
      },
      kLimit));
  world_.zone.SetAway(false);
  // The clock stands still: no other try is ever due.
  bool published = false;
  for (int i = 0; i < 600 && !published; ++i) {
    loop_->Kick();
    published = AwaitPublished("example.com", std::chrono::milliseconds(100));
  }
  EXPECT_TRUE(published);
}

TEST_F(RotationLoopTest, StopsWhileWorkIsInProgress) {
  Gate gate;
  const Domain slow = sample::DomainOf("slow.example");
  world_.checker.SetHook([&](const RecordQuestion& question) { gate.Pass(question, slow); });
  works_.AddDomain("slow.example");
  Start();
  gate.AwaitVisitor();
  gate.Open();
  loop_->Stop();
  loop_->Stop();
  const auto steps = works_.rotation().Plan();
  EXPECT_FALSE(steps.empty());
}

}  // namespace
}  // namespace dkimkeeper
