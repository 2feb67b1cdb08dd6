// Which workers of a token are ready, how busy they are, and who waits for one.
#ifndef HSM_REMOTE_ROSTER_H_
#define HSM_REMOTE_ROSTER_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hsm/token.h"

namespace dkimkeeper {

class Roster;
class WorkerLink;

// What a call keeps a worker busy with.
enum class Work : std::uint8_t {
  kSign,  // short, and somebody waits for it
  kAct,   // finds, makes or removes keys
};

// A ready worker and the calls it has. Guarded by the roster's mutex, but for `link`.
struct Desk {
  const std::shared_ptr<WorkerLink> link;
  unsigned calls = 0;  // acts included
  unsigned acts = 0;
};

// The right to send one call to one worker, given back by the destructor. Moves only. The roster
// must outlive it.
class Place {
 public:
  Place(Place&&) noexcept = default;
  Place& operator=(Place&&) = delete;
  ~Place();

  // Never null.
  [[nodiscard]] const std::shared_ptr<WorkerLink>& link() const { return desk_->link; }

 private:
  friend class Roster;
  Place(Roster& roster, std::shared_ptr<Desk> desk, Work work)
      : roster_(&roster), desk_(std::move(desk)), work_(work) {}

  Roster* roster_;
  std::shared_ptr<Desk> desk_;
  Work work_;
};

// Hands out places: the least loaded worker; those with an act in hand last to signatures and first
// to other acts. A worker takes `sessions` calls at once, and one more act. The others wait in
// order. Thread-safe.
class Roster {
 public:
  // Told without the roster's lock, one at a time: the newest state is told last.
  using OnState =
      std::function<void(unsigned ready_workers, const std::optional<Error>& last_error)>;

  Roster(std::string token, std::size_t seats, unsigned sessions, OnState on_state);
  Roster(const Roster&) = delete;
  Roster& operator=(const Roster&) = delete;

  // UNAVAILABLE/PIN_REFUSED at once while no worker is ready because of that; at the deadline
  // UNAVAILABLE/TOKEN_AWAY when none is ready, RESOURCE_EXHAUSTED/SESSIONS_BUSY otherwise.
  [[nodiscard]] Result<Place> Take(Work work, Deadline deadline);

  // The same without waiting: nothing, where Take would wait or fail.
  [[nodiscard]] std::optional<Place> TakeFree(Work work);

  // The worker of `seat` is ready, and what it says of its token.
  void Open(std::size_t seat, std::shared_ptr<WorkerLink> link, TokenInfo token);
  // Nobody is sent to it any more. Places at it stay valid.
  void Close(std::size_t seat);
  // It was lost.
  void Lost(Error why);
  // A worker could not start.
  void StartFailed(Error why);
  // No places any more: UNAVAILABLE/SHUTTING_DOWN for those who wait, and later ones.
  void Stop();

  // See RemoteToken.
  [[nodiscard]] Outcome WaitUntilReady(Deadline deadline);
  [[nodiscard]] TokenInfo Info() const;

 private:
  friend class Place;
  struct Waiter {
    Work work;
    std::shared_ptr<Desk> desk = {};
    std::condition_variable served = {};
  };
  using Queue = std::deque<Waiter*>;

  void Leave(Desk& desk, Work work);

  // With the lock held.
  [[nodiscard]] bool MayTake(const Desk& desk, Work work) const;
  // The best desk that may take the call, with the call counted; or none.
  [[nodiscard]] std::shared_ptr<Desk> Choose(Work work);
  // Likewise, unless others wait for one.
  [[nodiscard]] std::shared_ptr<Desk> ChooseNow(Work work);
  [[nodiscard]] bool IsRefused() const;
  // There is nothing to wait for.
  [[nodiscard]] bool IsHopeless() const { return stopped_ || IsRefused(); }
  [[nodiscard]] Error WhyNone() const;
  [[nodiscard]] Queue& QueueOf(Work work) { return work == Work::kAct ? acts_ : signatures_; }
  void ServeWaiting();
  void WakeHopeless();

  void TellState();

  const std::string token_;
  const unsigned sessions_;
  const OnState on_state_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;           // for WaitUntilReady
  std::vector<std::shared_ptr<Desk>> desks_;  // by seat; null: not ready
  std::vector<bool> was_ready_;               // by seat
  unsigned ready_ = 0;
  bool stopped_ = false;
  std::uint64_t restarts_ = 0;
  std::optional<Error> start_error_;  // of the newest start, while none has succeeded since
  std::optional<Error> last_error_;
  TokenInfo info_;
  Queue signatures_, acts_;

  std::mutex telling_;
};

}  // namespace dkimkeeper

#endif  // HSM_REMOTE_ROSTER_H_
