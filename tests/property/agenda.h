// True time, and what is going to happen in it.
#ifndef TESTS_PROPERTY_AGENDA_H_
#define TESTS_PROPERTY_AGENDA_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace dkimkeeper::sim {

// The time that receivers of mail live in. No daemon sees it: each has a wall clock of its own.
struct TrueClock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<TrueClock>;
  static constexpr bool is_steady = true;
};
using Span = TrueClock::duration;
using Instant = TrueClock::time_point;

// A discrete-event simulation: jumps from one event to the next. Not thread-safe.
class Agenda {
 public:
  using Event = std::function<void()>;

  Agenda() = default;
  Agenda(const Agenda&) = delete;
  Agenda& operator=(const Agenda&) = delete;

  [[nodiscard]] Instant now() const { return now_; }

  // Events of one instant happen in the order in which they were put down.
  void At(Instant when, Event event) { Put(when, std::move(event), false); }
  void In(Span wait, Event event) { At(now_ + wait, std::move(event)); }
  // One that no daemon takes part in.
  void InAside(Span wait, Event event) { Put(now_ + wait, std::move(event), true); }

  // `observer` is told of each move of time before it happens: until when nothing else does.
  void OnAdvance(std::function<void(Instant to)> observer) { observer_ = std::move(observer); }
  // `heartbeat` runs a moment after each event and a moment before the next one: what daemons do
  // all the time need not be events.
  void OnQuiet(Event heartbeat) { heartbeat_ = std::move(heartbeat); }

  // Until `end`, which is then now. An event may call it, too: time passes in the middle of that
  // event, and others happen meanwhile.
  void RunUntil(Instant end);

 private:
  struct Entry {
    Instant when;
    std::uint64_t number;
    Event event;
    bool aside;
  };

  void Put(Instant when, Event event, bool aside);
  void MoveTo(Instant to, bool aside);
  void Step(Instant to);

  Instant now_{};
  Instant attended_{};  // until when daemons took part
  std::uint64_t count_ = 0;
  std::vector<Entry> heap_;
  std::function<void(Instant)> observer_;
  Event heartbeat_;
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_AGENDA_H_
