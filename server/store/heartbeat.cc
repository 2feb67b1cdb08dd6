#include "server/store/heartbeat.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace dkimkeeper {
namespace {

// After standing still for so long, a daemon's row goes.
constexpr std::chrono::hours kGoneForGood{24};

}  // namespace

Heartbeat::Heartbeat(KeyStore& store, Registry& registry, const Clock& clock, Options options)
    : store_(store), registry_(registry), clock_(clock), options_(std::move(options)) {}

Outcome Heartbeat::Beat() {
  const auto asked_at = clock_.Steady();
  if (auto refreshed = registry_.Refresh(); !refreshed) return refreshed;
  const Timestamp now = ToTimestamp(clock_.Now());
  const DaemonBeat own{options_.name, registry_.Get()->contents.generation, now};
  const auto beats = store_.Beat(own, ForgetBefore(asked_at));
  if (!beats) return Forward(beats);
  Take(*beats, clock_.Steady());
  // Only now: while others have not heard of this daemon, they take it for older than it is.
  registry_.NoteContact(asked_at);
  return {};
}

// Never by how old a beat looks: the clock of a daemon that lives may have been set back by years.
Timestamp Heartbeat::ForgetBefore(std::chrono::steady_clock::time_point now) const {
  const std::lock_guard lock(mutex_);
  Timestamp gone = Timestamp::min();
  Timestamp living = Timestamp::max();
  for (const auto& [name, seen] : seen_) {
    if (now - seen.changed_at < kGoneForGood) {
      living = std::min(living, seen.beat.at);
    } else {
      gone = std::max(gone, seen.beat.at + std::chrono::milliseconds(1));
    }
  }
  return std::min(gone, living);
}

void Heartbeat::Take(const std::vector<DaemonBeat>& beats,
                     std::chrono::steady_clock::time_point now) {
  {
    const std::lock_guard lock(mutex_);
    std::map<std::string, Seen> seen;
    alive_.clear();
    for (const DaemonBeat& beat : beats) {
      const auto before = seen_.find(beat.name);
      const bool still = before != seen_.end() && before->second.beat == beat;
      const auto changed_at = still ? before->second.changed_at : now;
      seen.emplace(beat.name, Seen{beat, changed_at});
      const bool own = beat.name == options_.name;
      if (own || now - changed_at < options_.snapshot_max_age) alive_.push_back(beat);
    }
    seen_ = std::move(seen);
  }
  beaten_.notify_all();
}

std::vector<DaemonBeat> Heartbeat::Alive() const {
  const std::lock_guard lock(mutex_);
  return alive_;
}

std::uint64_t Heartbeat::Acknowledged() const {
  const std::lock_guard lock(mutex_);
  const auto lowest = std::ranges::min_element(alive_, {}, &DaemonBeat::generation);
  return lowest == alive_.end() ? 0 : lowest->generation;
}

std::optional<Timestamp> Heartbeat::SlowestClock() const {
  const std::lock_guard lock(mutex_);
  const auto slowest = std::ranges::min_element(alive_, {}, &DaemonBeat::at);
  return slowest == alive_.end() ? std::nullopt : std::optional(slowest->at);
}

std::vector<std::string> Heartbeat::Behind(std::uint64_t generation) const {
  const std::lock_guard lock(mutex_);
  return BehindLocked(generation);
}

std::vector<std::string> Heartbeat::BehindLocked(std::uint64_t generation) const {
  std::vector<std::string> behind;
  if (alive_.empty()) behind.push_back(options_.name);  // this one has not even begun
  for (const DaemonBeat& beat : alive_) {
    if (beat.generation < generation) behind.push_back(beat.name);
  }
  return behind;
}

std::vector<std::string> Heartbeat::AwaitAcknowledged(
    std::uint64_t generation, std::chrono::steady_clock::time_point deadline) const {
  std::unique_lock lock(mutex_);
  beaten_.wait_until(lock, deadline, [&] { return BehindLocked(generation).empty(); });
  return BehindLocked(generation);
}

}  // namespace dkimkeeper
