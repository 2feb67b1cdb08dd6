// The first process becomes two: the launcher, and the daemon.
#ifndef HSM_LAUNCHER_SPLIT_PROCESS_H_
#define HSM_LAUNCHER_SPLIT_PROCESS_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hsm/launcher/account.h"
#include "hsm/launcher/crew.h"
#include "hsm/launcher/launcher_link.h"
#include "hsm/launcher/worker_recipe.h"
#include "proto/result.h"

namespace dkimkeeper::launcher {

struct SplitOptions {
  std::vector<WorkerRecipe> recipes;
  std::string state;  // the folder of PinMemory
  // Of the daemon and of the workers. Nothing: they stay who this process is.
  std::optional<Account> daemon;
  std::optional<Account> workers;
  // Runs in the launcher after the fork: what it forbids itself, and so all workers.
  std::function<Outcome()> harden;
  // Runs in the launcher.
  Tell tell;
};

// Forks while there is one thread and nothing of gRPC. In the child, the daemon, under its own
// account, it returns the end of the link for LauncherClient. In the parent it returns only when
// there is no child: an error; otherwise the parent is the launcher from then on, and exits with
// the daemon's status (LauncherLoop). Each dies with the parent, whatever kills that.
//
// INVALID_ARGUMENT/BAD_CONFIG: a worker's program cannot be run, the state folder cannot be used;
// INTERNAL: no process, or no account, is to be had.
[[nodiscard]] Result<LauncherLink> SplitProcess(SplitOptions options);

}  // namespace dkimkeeper::launcher

#endif  // HSM_LAUNCHER_SPLIT_PROCESS_H_
