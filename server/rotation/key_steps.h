// The next step of one key: where it stands decides, nothing else.
#ifndef SERVER_ROTATION_KEY_STEPS_H_
#define SERVER_ROTATION_KEY_STEPS_H_

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "server/rotation/hand_over.h"
#include "server/rotation/line_picture.h"
#include "server/rotation/steps.h"

namespace dkimkeeper {

// What the waits of a key are measured by.
struct WaitClock {
  Timestamp now;
  // Waits that began before are counted from here: a resume, a restored store. Nothing: none is.
  std::optional<Timestamp> from;
  // The generation that every live daemon signs with.
  std::uint64_t acknowledged = 0;
  // The slowest clock of a live daemon; nothing: no other one is known.
  std::optional<Timestamp> slowest = {};

  // What is due since something happened: at once, also where the clock was set back behind that.
  [[nodiscard]] Timestamp Since(Timestamp event) const { return std::min(event, now); }
  // When a wait of `duration` that began at `begin` is over.
  [[nodiscard]] Timestamp End(Timestamp begin, std::chrono::milliseconds duration) const {
    return (from ? std::max(begin, *from) : begin) + duration;
  }
};

// Nothing: only an operator moves it, or its life is over. Tries that failed are not considered.
// `hand_over` is that of the key.
[[nodiscard]] std::optional<Step> NextStepOf(const LinePicture& line, const Key& key,
                                             const WaitClock& clock, const HandOver& hand_over);

// When a proven record is looked at again; nothing for one that need not be there (any more).
[[nodiscard]] std::optional<Step> WatchOf(const LinePicture& line, const Key& key,
                                          const WaitClock& clock);

// Nothing is left of it: neither in the token nor, as far as we put it there, in DNS.
[[nodiscard]] bool LifeIsOver(const Key& key);

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_KEY_STEPS_H_
