// Starts a worker process: fork, another account, exec.
#ifndef HSM_LAUNCHER_START_WORKER_H_
#define HSM_LAUNCHER_START_WORKER_H_

#include <sys/types.h>

#include <optional>

#include "hsm/launcher/account.h"
#include "hsm/launcher/worker_recipe.h"
#include "proto/result.h"

namespace dkimkeeper::launcher {

// What becomes kWorkerSocket, kWorkerPin and kWorkerLedger. They stay open here.
struct WorkerDescriptors {
  int socket = -1;
  int pin = -1;
  int ledger = -1;
};

// Returns when the program runs, or has failed to: UNAVAILABLE/TOKEN_AWAY, with the step that
// failed. It runs under `account`, where there is one, in a session of its own, so that what the
// terminal sends to the daemon does not reach it; with default signals, no descriptor but the
// standard ones (input from /dev/null) and the three, and it dies with the thread that called this
// (PR_SET_PDEATHSIG, prctl(2)). Call it in a process of one thread.
[[nodiscard]] Result<pid_t> StartWorker(const WorkerRecipe& recipe,
                                        const std::optional<Account>& account,
                                        const WorkerDescriptors& descriptors);

// Has the kernel end this process when its parent, `parent`, ends. false: it has ended already.
[[nodiscard]] bool DieWith(pid_t parent);

}  // namespace dkimkeeper::launcher

#endif  // HSM_LAUNCHER_START_WORKER_H_
