#include "hsm/launcher/launcher_loop.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>
#include <variant>

namespace dkimkeeper::launcher {
namespace {

constexpr int kKilledBase = 128;  // as a shell says it
constexpr int kKillAgainMs = 5;   // a login takes about as long

int StatusOf(int status) {
  return WIFSIGNALED(status) ? kKilledBase + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

sigset_t LauncherSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
  return signals;
}

LauncherLoop::LauncherLoop(Crew& crew, LauncherLink link, pid_t daemon, const Tell& tell)
    : crew_(crew), link_(std::move(link)), daemon_(daemon), tell_(tell) {
  const sigset_t signals = LauncherSignals();
  signals_ = Descriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

int LauncherLoop::Run() {
  while (!daemon_status_ && Turn()) {
  }
  // Nobody is left who could want a signature.
  if (!daemon_status_) (void)::kill(daemon_, SIGKILL);
  link_.Close();
  crew_.KillAll();
  while (!crew_.empty()) {
    (void)Turn();
    Reap();
  }
  return daemon_status_.value_or(1);
}

bool LauncherLoop::Turn() {
  const int patience = crew_.KillWaiting() ? kKillAgainMs : -1;
  // Without its link the daemon is about to end: poll(2) leaves out a descriptor of -1.
  std::array<pollfd, 2> wait = {pollfd{signals_.number(), POLLIN, 0},
                                pollfd{link_.number(), POLLIN, 0}};
  if (::poll(wait.data(), wait.size(), patience) < 0 && errno != EINTR) return false;
  if (wait[0].revents != 0) TakeSignal();
  if (wait[1].revents != 0 && !daemon_status_) TakePacket();
  return true;
}

void LauncherLoop::TakeSignal() {
  signalfd_siginfo signal{};
  if (::read(signals_.number(), &signal, sizeof(signal)) != sizeof(signal)) return;
  if (signal.ssi_signo == SIGCHLD) {
    Reap();
  } else if (!daemon_status_) {
    (void)::kill(daemon_, SIGTERM);
  }
}

void LauncherLoop::Reap() {
  int status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid == daemon_) {
      daemon_status_ = StatusOf(status);
    } else if (const auto ended = crew_.Reaped(pid, status)) {
      Send(Ended{ended->worker, ended->end});
    }
  }
}

void LauncherLoop::TakePacket() {
  const auto packet = link_.Receive();
  if (!packet) return GiveUpOnDaemon(packet.error().message);
  if (!*packet) return link_.Close();
  if ((*packet)->descriptor.IsOpen()) return GiveUpOnDaemon("it sent a descriptor");
  const auto request = DecodeLinkRequest((*packet)->octets);
  if (!request) return GiveUpOnDaemon(request.error().message);
  Obey(*request);
}

void LauncherLoop::Obey(const LinkRequest& request) {
  if (const auto* spawn = std::get_if<Spawn>(&request)) return Answer(*spawn);
  if (const auto* allow = std::get_if<AllowLogin>(&request)) return crew_.AllowLogin(allow->token);
  // One that has ended by itself is reaped first: the signal is not what ended it.
  Reap();
  crew_.Kill(std::get<Kill>(request).worker);
}

void LauncherLoop::Answer(const Spawn& spawn) {
  const auto started = crew_.Start(spawn.token);
  if (started) {
    Send(Spawned{spawn.request, started->worker}, started->socket.number());
  } else {
    Send(NotSpawned{spawn.request, started.error()});
  }
}

void LauncherLoop::Send(const LinkEvent& event, int descriptor) {
  if (link_.number() < 0) return;
  switch (link_.Send(EncodeEvent(event), descriptor)) {
    case LauncherLink::Sent::kDone:
      return;
    case LauncherLink::Sent::kFull:
      return GiveUpOnDaemon("it does not read what it is sent");
    case LauncherLink::Sent::kGone:
      return link_.Close();
  }
}

void LauncherLoop::GiveUpOnDaemon(std::string_view why) {
  link_.Close();
  if (daemon_status_) return;  // its number may be another process's by now
  tell_(true, "daemon.killed", "", why);
  (void)::kill(daemon_, SIGKILL);
}

}  // namespace dkimkeeper::launcher
