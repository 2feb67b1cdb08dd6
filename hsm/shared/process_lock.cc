#include "hsm/shared/process_lock.h"

#include <fcntl.h>
#include <poll.h>

#include <cerrno>
#include <chrono>

namespace dkimkeeper {
namespace {

// The kernel offers a wait without a limit (F_SETLKW) or none. A limit by signal would be the whole
// process's; so the lock is asked for again. Two milliseconds are little beside what is done under
// these locks.
constexpr int kPauseMs = 2;

bool SetLock(int file, short type, ProcessLock::Place place) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(place);
  lock.l_len = 1;
  for (;;) {
    if (fcntl(file, F_SETLK, &lock) == 0) return true;
    if (errno != EINTR) return false;
  }
}

}  // namespace

ProcessLock::Hold::~Hold() {
  if (file_ >= 0) static_cast<void>(SetLock(file_, F_UNLCK, place_));
}

std::optional<ProcessLock::Hold> ProcessLock::Take(Place place, Mode mode,
                                                   Deadline deadline) const {
  if (file_ < 0) return Hold(-1, place);
  const short type = mode == Mode::kShared ? F_RDLCK : F_WRLCK;
  while (!SetLock(file_, type, place)) {
    if (errno != EACCES && errno != EAGAIN) return std::nullopt;
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    static_cast<void>(poll(nullptr, 0, kPauseMs));
  }
  return Hold(file_, place);
}

}  // namespace dkimkeeper
