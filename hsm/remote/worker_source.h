// Where token workers come from: the launcher, or a test's own.
#ifndef HSM_REMOTE_WORKER_SOURCE_H_
#define HSM_REMOTE_WORKER_SOURCE_H_

#include <cstdint>

#include "proto/result.h"

namespace dkimkeeper {

// A worker process that was started and has said nothing yet.
struct StartedWorker {
  std::uint64_t number = 0;  // never used again for another one
  int socket = -1;  // our end of its SOCK_SEQPACKET pair, close-on-exec; the taker closes it
};

// How a worker process ended.
struct WorkerEnd {
  int signal = 0;       // that killed it; 0: it exited
  int exit_status = 0;  // where it exited
  // We killed it, or it was told to exit by the end of file on its socket.
  bool by_us = false;
  friend bool operator==(const WorkerEnd&, const WorkerEnd&) = default;
};

// Starts and ends the workers of one token. Thread-safe.
class WorkerSource {
 public:
  WorkerSource() = default;
  WorkerSource(const WorkerSource&) = delete;
  WorkerSource& operator=(const WorkerSource&) = delete;
  virtual ~WorkerSource() = default;

  // Does not wait until it is logged in: its first message says so. UNAVAILABLE/PIN_REFUSED,
  // without a start, while the token has refused the PIN and the PIN reference is the same as then;
  // UNAVAILABLE/TOKEN_AWAY when no process can be had.
  [[nodiscard]] virtual Result<StartedWorker> Start() = 0;

  // Kills the worker with SIGKILL where it still runs, and waits for its end. Each worker is ended
  // once.
  [[nodiscard]] virtual WorkerEnd End(std::uint64_t number) = 0;

  // An operator says that a refused PIN may be tried again, once.
  virtual void AllowLogin() = 0;
};

}  // namespace dkimkeeper

#endif  // HSM_REMOTE_WORKER_SOURCE_H_
