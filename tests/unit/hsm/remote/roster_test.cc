#include "hsm/remote/roster.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <vector>

#include "hsm/remote/worker_link.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }
Deadline Now() { return std::chrono::steady_clock::now(); }

Error Refused() {
  return {Code::kFailedPrecondition, std::string(reason::kPinRefused), "the PIN is wrong"};
}
Error Missing() {
  return {Code::kFailedPrecondition, std::string(reason::kTokenNotFound), "no such token"};
}

// A worker's link that nobody talks on.
std::shared_ptr<WorkerLink> SomeLink() { return std::make_shared<WorkerLink>(-1); }

class RosterTest : public testing::Test {
 protected:
  Place Take(Work work) {
    Result<Place> place = roster_.Take(work, Soon());
    if (!place) throw std::runtime_error(place.error().message);
    return std::move(*place);
  }
  std::string ReasonNow(Work work) {
    const Result<Place> place = roster_.Take(work, Now());
    return place ? "" : place.error().reason;
  }
  void OpenBoth() {
    roster_.Open(0, first_, {});
    roster_.Open(1, second_, {});
  }

  Roster roster_{"one", 2, 2, {}};
  std::shared_ptr<WorkerLink> first_ = SomeLink();
  std::shared_ptr<WorkerLink> second_ = SomeLink();
};

TEST_F(RosterTest, GivesTheLeastLoadedWorker) {
  OpenBoth();
  const Place a = Take(Work::kSign);
  const Place b = Take(Work::kSign);
  EXPECT_NE(a.link(), b.link());
}

TEST_F(RosterTest, AFreePlaceIsTakenWithoutWaitingOrNotAtAll) {
  EXPECT_FALSE(roster_.TakeFree(Work::kSign)) << "none is ready";
  OpenBoth();
  std::vector<Place> taken;
  for (int i = 0; i < 4; ++i) taken.push_back(std::move(roster_.TakeFree(Work::kSign).value()));
  EXPECT_FALSE(roster_.TakeFree(Work::kSign));
  taken.pop_back();
  EXPECT_TRUE(roster_.TakeFree(Work::kSign));
  roster_.Stop();
  EXPECT_FALSE(roster_.TakeFree(Work::kSign));
}

TEST_F(RosterTest, WhoWaitsComesBeforeWhoDoesNot) {
  roster_.Open(0, first_, {});
  std::optional<Place> first = roster_.TakeFree(Work::kSign);
  const std::optional<Place> second = roster_.TakeFree(Work::kSign);
  std::future<Place> third = std::async(std::launch::async, [&] { return Take(Work::kSign); });
  first.reset();
  const Place taken = third.get();
  EXPECT_FALSE(roster_.TakeFree(Work::kSign));
}

TEST_F(RosterTest, KeepsActsTogetherAndSignaturesAwayFromThem) {
  OpenBoth();
  const Place act = Take(Work::kAct);
  const Place sign = Take(Work::kSign);
  const Place sign_again = Take(Work::kSign);
  EXPECT_NE(sign.link(), act.link());
  EXPECT_NE(sign_again.link(), act.link());
  const Place act_again = Take(Work::kAct);
  EXPECT_EQ(act_again.link(), act.link());
}

TEST_F(RosterTest, TakesOneActMoreThanItHasSessions) {
  roster_.Open(0, first_, {});
  const Place a = Take(Work::kSign);
  const Place b = Take(Work::kSign);
  EXPECT_EQ(ReasonNow(Work::kSign), reason::kSessionsBusy);
  const Place c = Take(Work::kAct);
  EXPECT_EQ(ReasonNow(Work::kAct), reason::kSessionsBusy);
}

TEST_F(RosterTest, GivesAPlaceThatWasGivenBackToWhoWaits) {
  roster_.Open(0, first_, {});
  const Place a = Take(Work::kSign);
  std::optional<Place> b = Take(Work::kSign);
  auto waiting = std::async(std::launch::async, [&] { return Take(Work::kSign).link(); });
  b.reset();
  EXPECT_EQ(waiting.get(), first_);
}

TEST_F(RosterTest, GivesANewWorkerToWhoWaits) {
  auto waiting = std::async(std::launch::async, [&] { return Take(Work::kSign).link(); });
  roster_.Open(1, second_, {});
  EXPECT_EQ(waiting.get(), second_);
}

TEST_F(RosterTest, SendsNobodyToALostWorker) {
  OpenBoth();
  const Place at_first = Take(Work::kSign);
  roster_.Close(0);
  const Place b = Take(Work::kSign);
  const Place c = Take(Work::kSign);
  EXPECT_EQ(b.link(), second_);
  EXPECT_EQ(c.link(), second_);
  EXPECT_EQ(ReasonNow(Work::kSign), reason::kSessionsBusy);
}

TEST_F(RosterTest, APlaceAtALostWorkerIsNoPlaceAtItsSuccessor) {
  roster_.Open(0, first_, {});
  {
    const Place old = Take(Work::kSign);
    roster_.Close(0);
    roster_.Open(0, second_, {});
  }
  const Place a = Take(Work::kSign);
  const Place b = Take(Work::kSign);
  EXPECT_EQ(ReasonNow(Work::kSign), reason::kSessionsBusy);
  EXPECT_EQ(roster_.Info().restarts, 1U);
}

TEST_F(RosterTest, SaysWhyThereIsNoWorker) {
  EXPECT_EQ(ReasonNow(Work::kSign), reason::kTokenAway);
  roster_.StartFailed(Missing());
  const Result<Place> place = roster_.Take(Work::kSign, Now());
  ASSERT_FALSE(place);
  EXPECT_EQ(place.error().code, Code::kUnavailable);
  EXPECT_EQ(place.error().reason, reason::kTokenAway);
  EXPECT_NE(place.error().message.find("no such token"), std::string::npos);
  EXPECT_GT(place.error().retry_after, std::chrono::milliseconds(0));
}

TEST_F(RosterTest, LetsNobodyWaitForARefusedPin) {
  auto waiting = std::async(std::launch::async, [&] { return roster_.Take(Work::kSign, Soon()); });
  roster_.StartFailed(Refused());
  const Result<Place> place = waiting.get();
  ASSERT_FALSE(place);
  EXPECT_EQ(place.error().code, Code::kUnavailable);
  EXPECT_EQ(place.error().reason, reason::kPinRefused);
  const Result<Place> next = roster_.Take(Work::kAct, Soon());
  EXPECT_EQ(next.error().reason, reason::kPinRefused);
}

TEST_F(RosterTest, SignsWithALoggedInWorkerThoughAnotherWasRefused) {
  roster_.Open(0, first_, {});
  roster_.StartFailed(Refused());
  {
    const Place a = Take(Work::kSign);
    EXPECT_EQ(a.link(), first_);
  }
  roster_.Close(0);
  EXPECT_EQ(roster_.Take(Work::kSign, Soon()).error().reason, reason::kPinRefused);
  roster_.Open(0, second_, {});
  EXPECT_EQ(Take(Work::kSign).link(), second_);
}

TEST_F(RosterTest, TellsItsState) {
  std::vector<std::pair<unsigned, std::string>> told;
  Roster roster("one", 2, 1, [&](unsigned ready, const std::optional<Error>& error) {
    told.emplace_back(ready, error ? error->message : "");
  });
  roster.Open(0, first_, {});
  roster.StartFailed(Missing());
  roster.Close(0);
  roster.Lost(Refused());
  const std::vector<std::pair<unsigned, std::string>> expected = {
      {1, ""}, {1, "no such token"}, {0, "the PIN is wrong"}};
  EXPECT_EQ(told, expected);
}

TEST_F(RosterTest, InfoIsThatOfTheLastWorkerUnderOurName) {
  EXPECT_EQ(roster_.Info().name, "one");
  EXPECT_EQ(roster_.Info().ready_workers, 0U);
  TokenInfo said;
  said.name = "theirs";
  said.label = "label";
  said.sessions = 7;
  roster_.Open(0, first_, said);
  const TokenInfo info = roster_.Info();
  EXPECT_EQ(info.name, "one");
  EXPECT_EQ(info.label, "label");
  EXPECT_EQ(info.sessions, 7U);
  EXPECT_EQ(info.workers, 2U);
  EXPECT_EQ(info.ready_workers, 1U);
  EXPECT_EQ(info.last_error, "");
}

}  // namespace
}  // namespace dkimkeeper
