#include "hsm/remote/replay_judge.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr Happened kAllLosses[] = {Happened::kAway,   Happened::kLate,    Happened::kNotSent,
                                   Happened::kKilled, Happened::kCrashed, Happened::kHung};

TEST(ReplayJudge, ReturnsAnAnswerWhateverWasBefore) {
  for (const Happened before : kAllLosses) {
    ReplayJudge judge;
    EXPECT_EQ(judge.Judge(before, true), Verdict::kReplay);
    EXPECT_EQ(judge.Judge(Happened::kAnswered, true), Verdict::kReturn);
  }
}

TEST(ReplayJudge, ReplaysNothingWithoutTime) {
  for (const Happened happened : kAllLosses) {
    ReplayJudge judge;
    EXPECT_EQ(judge.Judge(happened, false), Verdict::kReturn);
  }
}

TEST(ReplayJudge, PoisonsAtTheSecondDeathOfTheCallsOwn) {
  const struct {
    std::string name;
    std::vector<Happened> history;
    Verdict last;
  } rows[] = {
      {"two crashes", {Happened::kCrashed, Happened::kCrashed}, Verdict::kPoisoned},
      {"two hangs", {Happened::kHung, Happened::kHung}, Verdict::kPoisoned},
      {"one of each", {Happened::kCrashed, Happened::kHung}, Verdict::kPoisoned},
      {"others between",
       {Happened::kHung, Happened::kKilled, Happened::kAway, Happened::kCrashed},
       Verdict::kPoisoned},
      {"killed from outside",
       {Happened::kKilled, Happened::kKilled, Happened::kKilled},
       Verdict::kReplay},
      {"away", {Happened::kAway, Happened::kAway, Happened::kAway}, Verdict::kReplay},
      {"one crash", {Happened::kKilled, Happened::kCrashed, Happened::kKilled}, Verdict::kReplay},
  };
  for (const auto& row : rows) {
    ReplayJudge judge;
    Verdict verdict = Verdict::kReturn;
    for (const Happened happened : row.history) verdict = judge.Judge(happened, true);
    EXPECT_EQ(verdict, row.last) << row.name;
  }
}

TEST(ReplayJudge, PoisonsALateOneToo) {
  ReplayJudge judge;
  EXPECT_EQ(judge.Judge(Happened::kCrashed, true), Verdict::kReplay);
  EXPECT_EQ(judge.Judge(Happened::kCrashed, false), Verdict::kPoisoned);
}

TEST(ReplayJudge, ReplaysEightTimes) {
  for (const Happened happened : {Happened::kAway, Happened::kLate, Happened::kKilled}) {
    ReplayJudge judge;
    for (int i = 0; i < 8; ++i) EXPECT_EQ(judge.Judge(happened, true), Verdict::kReplay);
    EXPECT_EQ(judge.Judge(happened, true), Verdict::kReturn);
  }
}

TEST(ReplayJudge, WhatWasNotSentDoesNotCount) {
  ReplayJudge judge;
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(judge.Judge(Happened::kNotSent, true), Verdict::kReplay);
  }
}

TEST(ReplayJudge, KnowsWhichErrorsAreWorthAReplay) {
  const struct {
    Fate fate;
    Happened expected;
  } rows[] = {
      {wire::Answer(wire::Signature{"s"}), Happened::kAnswered},
      {wire::Answer(Error{Code::kUnavailable, std::string(reason::kTokenAway), ""}),
       Happened::kAway},
      {wire::Answer(Error{Code::kUnavailable, std::string(reason::kPinRefused), ""}),
       Happened::kAnswered},
      {wire::Answer(Error{Code::kDeadlineExceeded, std::string(reason::kDeadline), ""}),
       Happened::kLate},
      {wire::Answer(Error{Code::kResourceExhausted, std::string(reason::kSessionsBusy), ""}),
       Happened::kLate},
      {wire::Answer(Error{Code::kResourceExhausted, std::string(reason::kTokenFull), ""}),
       Happened::kAnswered},
      {wire::Answer(Error{Code::kResourceExhausted, std::string(reason::kDestroyLimit), ""}),
       Happened::kAnswered},
      {wire::Answer(Error{Code::kNotFound, std::string(reason::kTokenKeyUnknown), ""}),
       Happened::kAnswered},
      {Loss::kNotSent, Happened::kNotSent},
      {Loss::kKilled, Happened::kKilled},
      {Loss::kCrashed, Happened::kCrashed},
      {Loss::kHung, Happened::kHung},
  };
  for (const auto& row : rows) EXPECT_EQ(WhatHappened(row.fate), row.expected);
}

}  // namespace
}  // namespace dkimkeeper
