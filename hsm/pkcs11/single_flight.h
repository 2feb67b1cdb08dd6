// Something that one thread does for all of them: log in again, re-initialise.
#ifndef HSM_PKCS11_SINGLE_FLIGHT_H_
#define HSM_PKCS11_SINGLE_FLIGHT_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "hsm/token.h"

namespace dkimkeeper::pkcs11 {

// At most one thread is in the flight. The epoch counts the flights that got through: a thread says
// which epoch its trouble is from, and has nothing to do when another thread has moved on since.
// Thread-safe.
class SingleFlight {
 public:
  // How often one kind of flight may start. Used only inside SingleFlight's calls.
  struct RateLimit {
    std::chrono::milliseconds interval;
    Deadline next = {};
  };

  enum class Turn : std::uint8_t {
    kMine,           // do it, then call Leave
    kDoneByAnother,  // the epoch is past `seen`
    kTooLate,        // not before `deadline`: another is at it, or it was tried a moment ago
  };

  [[nodiscard]] Turn Enter(std::uint64_t seen, RateLimit& limit, Deadline deadline);
  void Leave();
  // In the flight, before anybody can use what it made: what was learnt earlier is void.
  void StartEpoch();

  [[nodiscard]] std::uint64_t epoch() const { return epoch_.load(std::memory_order_acquire); }

  // Returns when the epoch is past `seen`, at the latest at `until`: the pause before a retry.
  void WaitForNewEpoch(std::uint64_t seen, Deadline until);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool busy_ = false;
  std::atomic<std::uint64_t> epoch_ = 0;  // changed under mutex_
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_SINGLE_FLIGHT_H_
