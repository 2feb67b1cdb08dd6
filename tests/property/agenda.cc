#include "tests/property/agenda.h"

#include <algorithm>
#include <utility>

namespace dkimkeeper::sim {
namespace {

constexpr Span kQuiet = std::chrono::seconds(10);
constexpr Span kMoment = std::chrono::seconds(1);

// The soonest is the heap's top.
constexpr auto kLater = [](const auto& a, const auto& b) {
  return std::pair(a.when, a.number) > std::pair(b.when, b.number);
};

}  // namespace

void Agenda::Put(Instant when, Event event, bool aside) {
  heap_.push_back({std::max(when, now_), ++count_, std::move(event), aside});
  std::ranges::push_heap(heap_, kLater);
}

void Agenda::MoveTo(Instant to, bool aside) {
  if (to <= now_) return;
  const Instant soon = attended_ + kQuiet;
  if (heartbeat_ && now_ < soon && soon < to) {
    // What a daemon had not heard of it did for a moment more.
    Step(soon);
    heartbeat_();
  }
  if (heartbeat_ && !aside && soon < to) {
    Step(std::max(now_, to - kMoment));
    heartbeat_();
  }
  Step(to);
  if (!aside) attended_ = to;
}

void Agenda::Step(Instant to) {
  if (observer_) observer_(to);
  now_ = to;
}

void Agenda::RunUntil(Instant end) {
  while (!heap_.empty() && heap_.front().when <= end) {
    std::ranges::pop_heap(heap_, kLater);
    Entry next = std::move(heap_.back());
    heap_.pop_back();
    MoveTo(next.when, next.aside);
    next.event();
  }
  MoveTo(end, false);
}

}  // namespace dkimkeeper::sim
