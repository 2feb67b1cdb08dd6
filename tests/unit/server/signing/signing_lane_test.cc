// Who is begun at once, who waits in line, and who goes to the queue.
#include "server/signing/signing_lane.h"

#include <gmock/gmock.h>

#include <future>
#include <latch>
#include <map>
#include <thread>

#include "tests/fakes/manual_clock.h"
#include "tests/fakes/quiet_tokens.h"
#include "tests/fakes/software_key.h"
#include "tests/unit/server/signing/prompt_token.h"

namespace dkimkeeper {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

class SigningLaneTest : public testing::Test {
 protected:
  Outcome Submit(const std::string& text, seconds patience = seconds(60)) {
    return SubmitFor("unix:mta", text, patience);
  }
  Outcome SubmitFor(const std::string& whose, const std::string& text,
                    seconds patience = seconds(60)) {
    return lane_.Submit({.whose = whose,
                         .key = KeyId::Zero(),
                         .digest = DigestOf(text),
                         .deadline = clock_.Steady() + patience,
                         .done = [this, text](const Result<std::string>& result) {
                           const std::lock_guard lock(mutex_);
                           answers_[text] = result ? *result : result.error().reason;
                         }});
  }
  // "" while there is none.
  std::string Answer(const std::string& text) {
    const std::lock_guard lock(mutex_);
    return answers_[text];
  }
  // Until what is in the queue was done.
  void Stop() { tokens_.all().StopSigning(); }
  // The queue's one thread does nothing else until then.
  void HoldQueue() {
    EXPECT_TRUE(tokens_["prompt"].signing.Submit([this] {
      holding_.count_down();
      release_.wait();
    }));
    holding_.wait();
  }
  void ReleaseQueue() { release_.count_down(); }

  ManualClock clock_;
  PromptToken token_{1};
  Metrics metrics_;
  std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::latch holding_{1}, release_{1};
  QuietTokens tokens_{{{.token = token_, .limits = {}, .signing = {.threads = 1, .limit = 3}}},
                      clock_};
  SigningLane lane_{tokens_["prompt"], metrics_, clock_};
};

TEST_F(SigningLaneTest, BeginsAtOnceAndAnswersWhenTheTokenDoes) {
  EXPECT_TRUE(Submit("a"));
  EXPECT_EQ(Answer("a"), "");
  token_.EndWell();
  EXPECT_EQ(Answer("a"), "begun");
  EXPECT_NE(metrics_.Render().find("dkimkeeper_queue_seconds_count 1"), std::string::npos);
  EXPECT_NE(metrics_.Render().find("dkimkeeper_token_seconds_count 1"), std::string::npos);
}

TEST_F(SigningLaneTest, EachThatEndsBeginsTheNextInOrder) {
  for (const char* text : {"a", "b", "c"}) EXPECT_TRUE(Submit(text));
  EXPECT_EQ(lane_.Waiting(), 2U);
  for (int i = 0; i < 3; ++i) token_.EndWell();
  EXPECT_THAT(token_.seen(), ElementsAre(DigestOf("a"), DigestOf("b"), DigestOf("c")));
  EXPECT_EQ(Answer("c"), "begun");
  EXPECT_EQ(lane_.Waiting(), 0U);
}

TEST_F(SigningLaneTest, OneThatEndsBeginsAsManyAsThereArePlaces) {
  for (const char* text : {"a", "b", "c"}) EXPECT_TRUE(Submit(text));
  token_.SetPlaces(2);  // a worker came back
  token_.EndWell();
  EXPECT_EQ(lane_.Waiting(), 0U);
  token_.EndWell();
  token_.EndWell();
}

TEST_F(SigningLaneTest, WhatBecomesTooLateInTheQueueDoesNotReachItEither) {
  HoldQueue();
  token_.SetPlaces(0);
  EXPECT_TRUE(Submit("late", seconds(1)));
  clock_.Advance(seconds(1));
  ReleaseQueue();
  Stop();
  EXPECT_EQ(Answer("late"), "DEADLINE");
}

TEST_F(SigningLaneTest, WithNoneBegunItIsWaitedForOnTheQueue) {
  token_.SetPlaces(0);
  EXPECT_TRUE(Submit("a"));
  Stop();
  EXPECT_EQ(Answer("a"), "waited for");
}

TEST_F(SigningLaneTest, FromTheQueueItIsBegunWhereThatCanBeDoneMeanwhile) {
  HoldQueue();
  token_.SetPlaces(0);
  EXPECT_TRUE(Submit("a"));
  token_.SetPlaces(1);
  ReleaseQueue();
  Stop();
  EXPECT_EQ(Answer("a"), "");
  token_.EndWell();
  EXPECT_EQ(Answer("a"), "begun");
}

TEST_F(SigningLaneTest, TheLineGoesToTheQueueWhenNobodyIsLeftToComeBackToIt) {
  for (const char* text : {"a", "b", "c"}) EXPECT_TRUE(Submit(text));
  token_.SetPlaces(0);  // the worker is gone, or somebody else has its places
  token_.EndWell();
  Stop();
  EXPECT_EQ(Answer("a"), "begun");
  EXPECT_EQ(Answer("b"), "waited for");
  EXPECT_EQ(Answer("c"), "waited for");
}

TEST_F(SigningLaneTest, LineAndQueueHaveOneLimit) {
  HoldQueue();
  for (const char* text : {"a", "b", "c", "d"}) EXPECT_TRUE(Submit(text));
  EXPECT_EQ(Submit("e").error().reason, "QUEUE_FULL");
  EXPECT_EQ(Answer("e"), "") << "it is for the caller of Submit to say";
  // Now the same three wait for the queue.
  token_.SetPlaces(0);
  token_.EndWell();
  EXPECT_EQ(lane_.Waiting(), 3U);
  EXPECT_EQ(Submit("e").error().reason, "QUEUE_FULL");
  ReleaseQueue();
  Stop();
}

TEST_F(SigningLaneTest, CallersTakeTurns) {
  EXPECT_TRUE(Submit("begun"));
  for (const char* text : {"f1", "f2"}) EXPECT_TRUE(SubmitFor("unix:flood", text));
  EXPECT_TRUE(Submit("a"));
  for (int i = 0; i < 4; ++i) token_.EndWell();
  EXPECT_THAT(token_.seen(),
              ElementsAre(DigestOf("begun"), DigestOf("f1"), DigestOf("a"), DigestOf("f2")));
}

TEST_F(SigningLaneTest, WhoHasTheMostInAFullLineMakesRoomAndIsToldWhy) {
  EXPECT_TRUE(Submit("begun"));
  for (const char* text : {"f1", "f2", "f3"}) EXPECT_TRUE(SubmitFor("unix:flood", text));
  EXPECT_EQ(SubmitFor("unix:flood", "f4").error().reason, "QUEUE_FULL") << "alone in the line";
  EXPECT_TRUE(Submit("a"));
  EXPECT_EQ(Answer("f3"), "OVER_SHARE");
  const Outcome refused = SubmitFor("unix:flood", "f5");
  EXPECT_EQ(refused.error().code, Code::kResourceExhausted);
  EXPECT_EQ(refused.error().reason, "OVER_SHARE");
  EXPECT_GT(refused.error().retry_after.count(), 0);
  EXPECT_EQ(Answer("f5"), "") << "it is for the caller of Submit to say";
  for (int i = 0; i < 4; ++i) token_.EndWell();
  for (const char* text : {"f1", "f2", "a"}) EXPECT_EQ(Answer(text), "begun");
}

TEST_F(SigningLaneTest, TheSameHoldsWhileTheTokenIsAway) {
  HoldQueue();
  token_.SetPlaces(0);
  for (const char* text : {"f1", "f2", "f3"}) EXPECT_TRUE(SubmitFor("unix:flood", text));
  EXPECT_TRUE(Submit("a"));
  EXPECT_EQ(Answer("f3"), "OVER_SHARE");
  EXPECT_EQ(lane_.Waiting(), 3U);
  ReleaseQueue();
  Stop();
  for (const char* text : {"f1", "f2", "a"}) EXPECT_EQ(Answer(text), "waited for");
}

TEST_F(SigningLaneTest, WhatWaitedTooLongNeverReachesTheToken) {
  EXPECT_TRUE(Submit("too late", seconds(0)));
  EXPECT_EQ(Answer("too late"), "DEADLINE");
  EXPECT_TRUE(Submit("a"));
  EXPECT_TRUE(Submit("late", seconds(1)));
  EXPECT_TRUE(Submit("b"));
  clock_.Advance(seconds(1));
  token_.EndWell();
  EXPECT_EQ(Answer("late"), "DEADLINE");
  token_.EndWell();
  EXPECT_EQ(Answer("b"), "begun");
  EXPECT_THAT(token_.seen(), ElementsAre(DigestOf("a"), DigestOf("b")));
}

TEST_F(SigningLaneTest, WhatMustBeMadeAgainIsMadeBeforeWhatWaits) {
  HoldQueue();
  EXPECT_TRUE(Submit("a"));
  EXPECT_TRUE(Submit("b"));
  std::thread::id there;
  token_.SetPlaces(0);
  token_.End(Token::SignRest([&]() -> Result<std::string> {
    there = std::this_thread::get_id();
    EXPECT_EQ(Answer("b"), "");
    return "again";
  }));
  EXPECT_EQ(Answer("a"), "") << "whoever tells does not wait";
  ReleaseQueue();
  Stop();
  EXPECT_EQ(Answer("a"), "again");
  EXPECT_EQ(Answer("b"), "waited for");
  EXPECT_NE(there, std::this_thread::get_id());
}

TEST_F(SigningLaneTest, AStoppedQueueAnswersWhatIsLeft) {
  for (const char* text : {"a", "b"}) EXPECT_TRUE(Submit(text));
  Stop();
  EXPECT_EQ(Submit("c").error().reason, "SHUTTING_DOWN");
  token_.SetPlaces(0);
  token_.End(Token::SignRest([]() -> Result<std::string> { return "again"; }));
  EXPECT_EQ(Answer("a"), "SHUTTING_DOWN");
  EXPECT_EQ(Answer("b"), "SHUTTING_DOWN");
}

TEST_F(SigningLaneTest, ItsEndAwaitsWhatWasBegun) {
  EXPECT_TRUE(Submit("a"));
  std::jthread ender([this] { token_.EndWell(); });
  lane_.AwaitBegun();
  EXPECT_EQ(Answer("a"), "begun");
}

}  // namespace
}  // namespace dkimkeeper
