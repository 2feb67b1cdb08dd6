// Keeps key generation and finds apart.
#ifndef HSM_PKCS11_FIND_GATE_H_
#define HSM_PKCS11_FIND_GATE_H_

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "hsm/pkcs11/attempt.h"
#include "hsm/shared/process_lock.h"
#include "hsm/token.h"

namespace dkimkeeper::pkcs11 {

// Finds run together; a generation or a removal runs alone. SoftHSM that lists objects while it
// generates fails and leaves halves of keys without a label. Signing passes by this gate.
// The threads of this process stand at the gate; for other processes that work with the same token
// it takes a ProcessLock. Thread-safe. A lock with a deadline of our own, because ThreadSanitizer
// does not understand the timed one of the standard library.
class FindGate {
 public:
  enum class Mode : std::uint8_t { kFind, kChange };

  // Leaves the gate in its destructor. Moves only.
  class Hold {
   public:
    Hold(Hold&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)), mode_(other.mode_) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold() {
      if (gate_ != nullptr) gate_->Leave(mode_);
    }

   private:
    friend class FindGate;
    Hold(FindGate& gate, Mode mode) : gate_(&gate), mode_(mode) {}
    FindGate* gate_;
    Mode mode_;
  };

  FindGate() = default;
  explicit FindGate(ProcessLock processes) : processes_(processes) {}
  FindGate(const FindGate&) = delete;
  FindGate& operator=(const FindGate&) = delete;

  // DEADLINE_EXCEEDED/DEADLINE while a key is being generated until after `deadline`.
  [[nodiscard]] Attempt<Hold> Enter(Mode mode, Deadline deadline);

 private:
  void Leave(Mode mode);
  [[nodiscard]] Attempt<Hold> EnterToFind(std::unique_lock<std::mutex>& lock, Deadline deadline);
  [[nodiscard]] Attempt<Hold> EnterToChange(std::unique_lock<std::mutex>& lock, Deadline deadline);
  // Waits for other processes, with `lock` given up meanwhile.
  [[nodiscard]] bool KeepProcessesOut(ProcessLock::Mode mode, std::unique_lock<std::mutex>& lock,
                                      Deadline deadline);

  const ProcessLock processes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<ProcessLock::Hold> outside_;  // for all who are in
  bool waiting_outside_ = false;              // one of us does, for other processes
  unsigned finding_ = 0;
  unsigned waiting_to_change_ = 0;  // these go before new finds
  bool changing_ = false;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_FIND_GATE_H_
