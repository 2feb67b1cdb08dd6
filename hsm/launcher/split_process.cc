#include "hsm/launcher/split_process.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "hsm/launcher/launcher_loop.h"
#include "hsm/launcher/start_worker.h"
#include "proto/reason.h"

namespace dkimkeeper::launcher {
namespace {

Outcome CheckPrograms(const std::vector<WorkerRecipe>& recipes) {
  for (const WorkerRecipe& recipe : recipes) {
    if (::access(recipe.program.c_str(), X_OK) == 0) continue;
    return Fail(Code::kInvalidArgument, reason::kBadConfig,
                "the workers' program " + recipe.program +
                    " cannot be run: " + std::generic_category().message(errno) +
                    "; install it, or name it as [isolation] worker");
  }
  return {};
}

[[noreturn]] void Launch(SplitOptions options, PinMemory memory, LauncherLink link, pid_t daemon) {
  if (const auto hardened = options.harden(); !hardened) {
    options.tell(true, "launcher.failed", "", hardened.error().message);
    (void)::kill(daemon, SIGKILL);
    ::_exit(EXIT_FAILURE);
  }
  Crew crew({std::move(options.recipes), std::move(options.workers), options.tell},
            std::move(memory));
  ::_exit(LauncherLoop(crew, std::move(link), daemon, options.tell).Run());
}

Result<LauncherLink> BecomeDaemon(const std::optional<Account>& account, LauncherLink link,
                                  pid_t launcher, const sigset_t& signals) {
  (void)::sigprocmask(SIG_SETMASK, &signals, nullptr);
  if (account) {
    if (const auto become = BecomeAccount(*account); !become) return Forward(become);
  }
  // After the change of account, which would clear it.
  if (!DieWith(launcher)) {
    return Fail(Code::kInternal, reason::kInternal, "the launcher ended during the start");
  }
  return link;
}

}  // namespace

Result<LauncherLink> SplitProcess(SplitOptions options) {
  if (const auto runnable = CheckPrograms(options.recipes); !runnable) return Forward(runnable);
  auto memory = PinMemory::Open(options.state);
  if (!memory) return Forward(memory);
  auto link = LauncherLink::MakePair();
  if (!link) return Forward(link);
  const sigset_t signals = LauncherSignals();
  sigset_t before;
  (void)::sigprocmask(SIG_BLOCK, &signals, &before);
  const pid_t launcher = ::getpid();
  const pid_t daemon = ::fork();
  if (daemon < 0) {
    return Fail(Code::kInternal, reason::kInternal,
                "cannot fork the daemon: " + std::generic_category().message(errno));
  }
  auto& [ours, theirs] = *link;
  if (daemon == 0) {
    ours.Close();
    return BecomeDaemon(options.daemon, std::move(theirs), launcher, before);
  }
  theirs.Close();
  Launch(std::move(options), *std::move(memory), std::move(ours), daemon);
}

}  // namespace dkimkeeper::launcher
