#include "hsm/remote/replay_judge.h"

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr unsigned kMostReplays = 8;
constexpr unsigned kMostDeaths = 2;

Happened WhatHappened(const wire::Answer& answer) {
  if (SaysTokenAway(answer)) return Happened::kAway;
  const auto* error = std::get_if<Error>(&answer);
  if (error == nullptr) return Happened::kAnswered;
  if (error->reason == reason::kDeadline) return Happened::kLate;
  if (error->reason == reason::kSessionsBusy) return Happened::kLate;
  return Happened::kAnswered;
}

Happened WhatHappened(Loss loss) {
  switch (loss) {
    case Loss::kNotSent:
      return Happened::kNotSent;
    case Loss::kKilled:
      return Happened::kKilled;
    case Loss::kCrashed:
      return Happened::kCrashed;
    case Loss::kHung:
      return Happened::kHung;
  }
  return Happened::kKilled;
}

}  // namespace

Happened WhatHappened(const Fate& fate) {
  return std::visit([](const auto& one) { return WhatHappened(one); }, fate);
}

Verdict ReplayJudge::Judge(Happened happened, bool time_left) {
  if (happened == Happened::kAnswered) return Verdict::kReturn;
  const bool death = happened == Happened::kCrashed || happened == Happened::kHung;
  if (death && ++deaths_ >= kMostDeaths) return Verdict::kPoisoned;
  if (!time_left) return Verdict::kReturn;
  if (happened == Happened::kNotSent) return Verdict::kReplay;
  return ++replays_ <= kMostReplays ? Verdict::kReplay : Verdict::kReturn;
}

}  // namespace dkimkeeper
