#include "server/base/alarms.h"

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "tests/fakes/manual_clock.h"

namespace dkimkeeper {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class AlarmBoardTest : public testing::Test {
 protected:
  std::vector<std::string> lines_;
  EventLog log_{[this](Severity, std::string_view line) { lines_.emplace_back(line); }};
  std::map<std::string, std::size_t, std::less<>> gauge_;
  std::vector<Alarm> commands_;
  bool queue_has_room_ = true;
  AlarmBoard board_{log_,
                    {.count_changed = [this](std::string_view name,
                                             std::size_t n) { gauge_[std::string(name)] = n; },
                     .raised =
                         [this](const Alarm& alarm) {
                           commands_.push_back(alarm);
                           return queue_has_room_;
                         }}};
  ManualClock clock_;
};

TEST_F(AlarmBoardTest, RaisedIsListedLoggedCountedAndRunsTheCommand) {
  board_.Raise("token.away", "main", "start the HSM", clock_.Now());

  const Alarm alarm{"token.away", "main", "start the HSM", clock_.Now()};
  EXPECT_THAT(board_.List(), ElementsAre(alarm));
  EXPECT_THAT(commands_, ElementsAre(alarm));
  EXPECT_THAT(lines_, ElementsAre("event=alarm.raised alarm=token.away subject=main "
                                  "message=\"start the HSM\""));
  EXPECT_EQ(gauge_["token.away"], 1U);
}

TEST_F(AlarmBoardTest, RaisedTwiceKeepsTheFirstTimeAndIsSaidOnce) {
  const auto first = clock_.Now();
  board_.Raise("token.away", "main", "start it", first);
  clock_.Advance(seconds(5));
  board_.Raise("token.away", "main", "start it", clock_.Now());

  EXPECT_THAT(board_.List(), ElementsAre(Alarm{"token.away", "main", "start it", first}));
  EXPECT_EQ(lines_.size(), 1U);
  EXPECT_EQ(commands_.size(), 1U);
}

TEST_F(AlarmBoardTest, NewMessageReplacesTheOldAndIsLogged) {
  const auto first = clock_.Now();
  board_.Raise("tls.refused", "server.pem", "expired", first);
  clock_.Advance(seconds(5));
  board_.Raise("tls.refused", "server.pem", "garbage", clock_.Now());

  EXPECT_THAT(board_.List(), ElementsAre(Alarm{"tls.refused", "server.pem", "garbage", first}));
  EXPECT_THAT(lines_, ElementsAre(testing::_,
                                  "event=alarm.changed alarm=tls.refused "
                                  "subject=server.pem message=garbage"));
  EXPECT_EQ(commands_.size(), 1U);
}

TEST_F(AlarmBoardTest, ClearedIsGoneAndTheGaugeFalls) {
  board_.Raise("key.missing", "b.example", "m", clock_.Now());
  board_.Raise("key.missing", "a.example", "m", clock_.Now());
  EXPECT_EQ(gauge_["key.missing"], 2U);
  clock_.Advance(seconds(90));
  board_.Clear("key.missing", "b.example", clock_.Now());

  ASSERT_EQ(board_.List().size(), 1U);
  EXPECT_EQ(board_.List()[0].subject, "a.example");
  EXPECT_EQ(gauge_["key.missing"], 1U);
  EXPECT_EQ(lines_.back(),
            "event=alarm.cleared alarm=key.missing subject=b.example stood_seconds=90");
}

TEST_F(AlarmBoardTest, ClearingWhatDoesNotStandSaysNothing) {
  board_.Clear("token.away", "main", clock_.Now());
  EXPECT_THAT(lines_, IsEmpty());
  EXPECT_THAT(gauge_, IsEmpty());
}

TEST_F(AlarmBoardTest, RaisedAgainAfterClearRunsTheCommandAgain) {
  board_.Raise("token.away", "main", "m", clock_.Now());
  board_.Clear("token.away", "main", clock_.Now());
  board_.Raise("token.away", "main", "m", clock_.Now());
  EXPECT_EQ(commands_.size(), 2U);
}

TEST_F(AlarmBoardTest, CommandThatCannotBeQueuedIsLogged) {
  queue_has_room_ = false;
  board_.Raise("token.away", "main", "m", clock_.Now());
  EXPECT_EQ(lines_.back(), "event=alarm.command_dropped alarm=token.away subject=main");
}

TEST(AlarmBoardWithoutHooksTest, RaisesAndClears) {
  EventLog log([](Severity, std::string_view) {});
  AlarmBoard board(log);
  board.Raise("a", "b", "c", {});
  EXPECT_EQ(board.List().size(), 1U);
  board.Clear("a", "b", {});
  EXPECT_THAT(board.List(), IsEmpty());
}

}  // namespace
}  // namespace dkimkeeper
