// What the first process does after it has started the daemon.
#ifndef HSM_LAUNCHER_LAUNCHER_LOOP_H_
#define HSM_LAUNCHER_LAUNCHER_LOOP_H_

#include <signal.h>
#include <sys/types.h>

#include <optional>

#include "hsm/launcher/crew.h"
#include "hsm/launcher/launcher_link.h"
#include "hsm/launcher/link_messages.h"
#include "proto/descriptor.h"

namespace dkimkeeper::launcher {

// The signals that the loop takes; blocked before there is a child.
[[nodiscard]] sigset_t LauncherSignals();

// Does what the daemon asks for, tells it of each worker that ends, passes the order to stop on to
// it, and ends all workers when it has ended. One thread; `crew` must outlive this.
class LauncherLoop {
 public:
  LauncherLoop(Crew& crew, LauncherLink link, pid_t daemon, const Tell& tell);

  // Returns when the daemon and all workers have ended: the daemon's exit status, or 128 and the
  // number of the signal that killed it. A daemon that sends anything but well-formed requests, or
  // does not read the answers, is killed.
  [[nodiscard]] int Run();

 private:
  // Waits for what comes next, and does it. False: the kernel does not let it wait.
  [[nodiscard]] bool Turn();
  void TakeSignal();
  void TakePacket();
  void Obey(const LinkRequest& request);
  void Answer(const Spawn& spawn);
  void Reap();
  void Send(const LinkEvent& event, int descriptor = -1);
  void GiveUpOnDaemon(std::string_view why);

  Crew& crew_;
  LauncherLink link_;
  const pid_t daemon_;
  const Tell& tell_;
  Descriptor signals_;
  std::optional<int> daemon_status_;
};

}  // namespace dkimkeeper::launcher

#endif  // HSM_LAUNCHER_LAUNCHER_LOOP_H_
