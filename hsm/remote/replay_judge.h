// Whether a call is sent again.
#ifndef HSM_REMOTE_REPLAY_JUDGE_H_
#define HSM_REMOTE_REPLAY_JUDGE_H_

#include <cstdint>

#include "hsm/remote/exchange.h"

namespace dkimkeeper {

// What came of sending a call once.
enum class Happened : std::uint8_t {
  kAnswered,  // for the caller: a result, or an error that another worker would give too
  kAway,      // UNAVAILABLE/TOKEN_AWAY: the worker could not get its token back; it is replaced
  kLate,      // DEADLINE or SESSIONS_BUSY: the worker gave up waiting for its own locks or sessions
  kNotSent,
  kKilled,
  kCrashed,
  kHung,
};

[[nodiscard]] Happened WhatHappened(const Fate& fate);

enum class Verdict : std::uint8_t { kReturn, kReplay, kPoisoned };

// The history of one call, and what follows from it. Not thread-safe.
class ReplayJudge {
 public:
  // At most eight replays, none once the caller has no time left. A call whose worker crashed, or
  // that hung, twice is poisoned. A call that no worker had has no history.
  [[nodiscard]] Verdict Judge(Happened happened, bool time_left);

 private:
  unsigned replays_ = 0;
  unsigned deaths_ = 0;
};

}  // namespace dkimkeeper

#endif  // HSM_REMOTE_REPLAY_JUDGE_H_
