#include "hsm/pkcs11/find_gate.h"

#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

tl::unexpected<Trouble> TooLate() {
  return Refuse(Code::kDeadlineExceeded, reason::kDeadline,
                "The deadline passed while the token was busy with another key; try again.");
}

}  // namespace

Attempt<FindGate::Hold> FindGate::Enter(Mode mode, Deadline deadline) {
  std::unique_lock lock(mutex_);
  return mode == Mode::kFind ? EnterToFind(lock, deadline) : EnterToChange(lock, deadline);
}

Attempt<FindGate::Hold> FindGate::EnterToFind(std::unique_lock<std::mutex>& lock,
                                              Deadline deadline) {
  const auto open = [&] { return !changing_ && waiting_to_change_ == 0 && !waiting_outside_; };
  if (!changed_.wait_until(lock, deadline, open)) return TooLate();
  if (finding_ == 0 && !KeepProcessesOut(ProcessLock::Mode::kShared, lock, deadline)) {
    return TooLate();
  }
  ++finding_;
  return Hold(*this, Mode::kFind);
}

Attempt<FindGate::Hold> FindGate::EnterToChange(std::unique_lock<std::mutex>& lock,
                                                Deadline deadline) {
  ++waiting_to_change_;
  const auto open = [&] { return !changing_ && finding_ == 0 && !waiting_outside_; };
  const bool entered = changed_.wait_until(lock, deadline, open) &&
                       KeepProcessesOut(ProcessLock::Mode::kExclusive, lock, deadline);
  --waiting_to_change_;
  if (!entered) {
    changed_.notify_all();  // finds may have waited for us
    return TooLate();
  }
  changing_ = true;
  return Hold(*this, Mode::kChange);
}

bool FindGate::KeepProcessesOut(ProcessLock::Mode mode, std::unique_lock<std::mutex>& lock,
                                Deadline deadline) {
  waiting_outside_ = true;
  lock.unlock();
  std::optional turn = processes_.Take(ProcessLock::Place::kTurn, mode, deadline);
  std::optional objects =
      turn ? processes_.Take(ProcessLock::Place::kObjects, mode, deadline) : std::nullopt;
  turn.reset();
  lock.lock();
  waiting_outside_ = false;
  changed_.notify_all();
  if (objects) outside_.emplace(*std::move(objects));
  return outside_.has_value();
}

void FindGate::Leave(Mode mode) {
  const std::lock_guard lock(mutex_);
  if (mode == Mode::kFind) {
    --finding_;
  } else {
    changing_ = false;
  }
  if (finding_ == 0) outside_.reset();
  changed_.notify_all();
}

}  // namespace dkimkeeper::pkcs11
