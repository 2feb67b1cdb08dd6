// Locks between the worker processes of one token.
#ifndef HSM_SHARED_PROCESS_LOCK_H_
#define HSM_SHARED_PROCESS_LOCK_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "hsm/token.h"

namespace dkimkeeper {

// Record locks (fcntl(2), F_SETLK) on one byte each of a file that the processes share. The kernel
// frees what a killed process held. They belong to the process, not to a thread: whoever shares one
// process keeps its threads apart first. Closing any descriptor of the file in this process frees
// them all. Thread-safe for different places. A value; `file` must outlive this.
class ProcessLock {
 public:
  enum class Place : std::uint8_t {
    kStartUp,  // C_Initialize, C_Login: SoftHSM rewrites the token's object at each login
    kTurn,     // held while one waits for kObjects: a change waits for finds that run, not for more
    kObjects,  // shared by finds, exclusive for generation and removal
    kLedger,   // DestroyLedger
  };
  enum class Mode : std::uint8_t { kShared, kExclusive };

  // Frees its lock in the destructor. Moves only.
  class Hold {
   public:
    Hold(Hold&& other) noexcept : file_(std::exchange(other.file_, -1)), place_(other.place_) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold();

   private:
    friend class ProcessLock;
    Hold(int file, Place place) : file_(file), place_(place) {}
    int file_;
    Place place_;
  };

  // No other process: every lock is there at once.
  ProcessLock() = default;
  explicit ProcessLock(int file) : file_(file) {}

  // Nothing when another process holds it until `deadline`, or the kernel refuses.
  [[nodiscard]] std::optional<Hold> Take(Place place, Mode mode, Deadline deadline) const;

 private:
  int file_ = -1;
};

}  // namespace dkimkeeper

#endif  // HSM_SHARED_PROCESS_LOCK_H_
