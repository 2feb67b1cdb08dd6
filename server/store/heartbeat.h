// What the daemons of one store know of each other: who lives, and how far each has come.
#ifndef SERVER_STORE_HEARTBEAT_H_
#define SERVER_STORE_HEARTBEAT_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/clock.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Thread-safe.
//
// A daemon counts as gone once its beat has stood still for `snapshot_max_age`, by this daemon's
// monotonic clock: the wall clocks of two hosts may differ. By then the other has not reached the
// store for as long, and signs no more with a key that might have been retired
// (server/keys/key_state.h, SignsWithStale). Of one seen for the first time nobody knows how long
// it has stood still: it counts as alive.
class Heartbeat {
 public:
  struct Options {
    std::string name;  // unique among the daemons of a store, and the same after a restart
    std::chrono::milliseconds snapshot_max_age;
  };

  // All must outlive this.
  Heartbeat(KeyStore& store, Registry& registry, const Clock& clock, Options options);

  // Takes over what others committed, tells them so, and hears of them; then the registry's picture
  // counts as fresh. To be called once before the first signature, then about each second. Errors
  // of the store. Blocks on it.
  [[nodiscard]] Outcome Beat();

  // As of the last beat that succeeded; before the first one nobody, and nothing is acknowledged.
  [[nodiscard]] std::vector<DaemonBeat> Alive() const;  // this one included, by name
  // Every live daemon signs with this generation or a later one.
  [[nodiscard]] std::uint64_t Acknowledged() const;
  // What the slowest clock of a live daemon showed at its last beat; nothing before the first one.
  [[nodiscard]] std::optional<Timestamp> SlowestClock() const;
  // The live daemons that sign with an older one.
  [[nodiscard]] std::vector<std::string> Behind(std::uint64_t generation) const;

  // Waits until nobody is behind, and answers who still is at `deadline`. Others must beat.
  [[nodiscard]] std::vector<std::string> AwaitAcknowledged(
      std::uint64_t generation, std::chrono::steady_clock::time_point deadline) const;

 private:
  struct Seen {
    DaemonBeat beat;
    std::chrono::steady_clock::time_point changed_at;
  };

  [[nodiscard]] Timestamp ForgetBefore(std::chrono::steady_clock::time_point now) const;
  void Take(const std::vector<DaemonBeat>& beats, std::chrono::steady_clock::time_point now);
  [[nodiscard]] std::vector<std::string> BehindLocked(std::uint64_t generation) const;

  KeyStore& store_;
  Registry& registry_;
  const Clock& clock_;
  const Options options_;
  mutable std::mutex mutex_;
  mutable std::condition_variable beaten_;
  std::map<std::string, Seen> seen_;  // guarded by mutex_
  std::vector<DaemonBeat> alive_;     // guarded by mutex_
};

}  // namespace dkimkeeper

#endif  // SERVER_STORE_HEARTBEAT_H_
