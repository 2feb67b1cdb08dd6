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
  if (mode == Mode::kFind) {
    const auto open = [&] { return !changing_ && waiting_to_change_ == 0; };
    if (!changed_.wait_until(lock, deadline, open)) return TooLate();
    ++finding_;
    return Hold(*this, mode);
  }
  ++waiting_to_change_;
  const auto open = [&] { return !changing_ && finding_ == 0; };
  const bool entered = changed_.wait_until(lock, deadline, open);
  --waiting_to_change_;
  if (!entered) {
    changed_.notify_all();  // finds may have waited for us
    return TooLate();
  }
  changing_ = true;
  return Hold(*this, mode);
}

void FindGate::Leave(Mode mode) {
  const std::lock_guard lock(mutex_);
  if (mode == Mode::kFind) {
    --finding_;
  } else {
    changing_ = false;
  }
  changed_.notify_all();
}

}  // namespace dkimkeeper::pkcs11
