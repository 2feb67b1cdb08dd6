#include "client/lib/key_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <latch>

#include "proto/reason.h"
#include "tests/unit/client/lib/fake_pace.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::Ge;
using testing::SizeIs;

constexpr milliseconds kLong{60'000};

// Each Read takes the next script; after the last one it blocks until told to stop.
class ScriptedStream : public KeyStream {
 public:
  struct Script {
    std::vector<std::uint64_t> generations;
    Error end = {Code::kUnavailable, std::string(reason::kServerAway), "gone"};
  };

  explicit ScriptedStream(std::deque<Script> scripts) : scripts_(std::move(scripts)) {}

  Error Read(std::uint64_t after, const OnList& on_list, const std::stop_token& stop) override {
    std::unique_lock lock(mutex_);
    afters_.push_back(after);
    if (scripts_.empty()) {
      exhausted_ = true;
      changed_.notify_all();
      changed_.wait(lock, stop, [] { return false; });
      return {Code::kUnavailable, std::string(reason::kServerAway), "stopped"};
    }
    const Script script = scripts_.front();
    scripts_.pop_front();
    for (const std::uint64_t generation : script.generations) {
      on_list(SigningKeys{.generation = generation, .keys = {}});
    }
    return script.end;
  }

  // Blocks until every script has been read; what each Read was asked for.
  std::vector<std::uint64_t> WaitForEnd() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return exhausted_; });
    return afters_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Script> scripts_;
  std::vector<std::uint64_t> afters_;
  bool exhausted_ = false;
};

TEST(KeyWatch, GivesTheFirstListAndThenTheNewest) {
  ScriptedStream stream({{{7, 8}}});
  KeyWatch watch(stream, std::make_shared<FakePace>());
  ASSERT_TRUE(watch.Newest(kLong));
  stream.WaitForEnd();
  EXPECT_EQ((*watch.Newest(kLong))->generation, 8U);
}

TEST(KeyWatch, ResumesFromTheLastGenerationAndKeepsTheListMeanwhile) {
  ScriptedStream stream({{{7}}, {{}}, {{}}});
  KeyWatch watch(stream, std::make_shared<FakePace>());
  EXPECT_THAT(stream.WaitForEnd(), ElementsAre(0, 7, 7, 7));
  EXPECT_EQ((*watch.Newest(kLong))->generation, 7U);
}

TEST(KeyWatch, WaitsLongerAfterEachFailureInARowUpToHalfAMinute) {
  ScriptedStream stream(std::deque<ScriptedStream::Script>(12));
  const auto pace = std::make_shared<FakePace>(1.0);
  const KeyWatch watch(stream, pace);
  stream.WaitForEnd();
  const std::vector<milliseconds> waits = pace->Waits();
  ASSERT_THAT(waits, SizeIs(Ge(12U)));
  EXPECT_EQ(waits[0], milliseconds(100));
  EXPECT_EQ(waits[1], milliseconds(200));
  EXPECT_EQ(waits[11], milliseconds(30'000));
}

TEST(KeyWatch, AListMakesTheNextWaitShortAgain) {
  ScriptedStream stream({{{}}, {{}}, {{3}}});
  const auto pace = std::make_shared<FakePace>(1.0);
  const KeyWatch watch(stream, pace);
  stream.WaitForEnd();
  EXPECT_THAT(pace->Waits(), ElementsAre(milliseconds(100), milliseconds(200), milliseconds(100)));
}

TEST(KeyWatch, ARefusalEndsTheWaitForTheFirstList) {
  const Error refused{Code::kUnauthenticated, std::string(reason::kNoIdentity), "who are you"};
  ScriptedStream stream({{{}, refused}});
  KeyWatch watch(stream, std::make_shared<FakePace>());
  const auto newest = watch.Newest(kLong);
  ASSERT_FALSE(newest);
  EXPECT_EQ(newest.error().reason, reason::kNoIdentity);
}

TEST(KeyWatch, AnAbsentServerIsReportedAtTheLimit) {
  ScriptedStream stream({{{}}});
  KeyWatch watch(stream, std::make_shared<FakePace>());
  stream.WaitForEnd();
  const auto newest = watch.Newest(milliseconds(1));
  ASSERT_FALSE(newest);
  EXPECT_EQ(newest.error().reason, reason::kServerAway);
}

TEST(KeyWatch, ASilentServerIsReportedAtTheLimit) {
  ScriptedStream stream({});
  KeyWatch watch(stream, std::make_shared<FakePace>());
  const auto newest = watch.Newest(milliseconds(1));
  ASSERT_FALSE(newest);
  EXPECT_EQ(newest.error().reason, reason::kDeadline);
}

}  // namespace
}  // namespace dkimkeeper
