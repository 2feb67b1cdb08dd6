#include "server/base/alarm_runner.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <system_error>

namespace dkimkeeper {
namespace {

constexpr int kSocket = 3;  // where the socket is moved to, right after the standard descriptors
constexpr std::array kStopSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};

struct AlarmPacket {
  std::string name, subject, message;
};

void TakeOverProcess(int socket) {
  for (const int number : kStopSignals) (void)::signal(number, SIG_IGN);
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null >= 0) (void)::dup2(null, STDIN_FILENO);
  if (socket != kSocket && ::dup2(socket, kSocket) < 0) ::_exit(EXIT_FAILURE);
  (void)::fcntl(kSocket, F_SETFD, FD_CLOEXEC);
  (void)::close_range(kSocket + 1, ~0U, 0);
}

// Nothing at the end of the queue.
std::optional<AlarmPacket> ReceiveAlarm() {
  std::array<char, 3 * (kMaxAlarmPartBytes + 1)> buffer{};
  ssize_t size = 0;
  do {
    size = ::recv(kSocket, buffer.data(), buffer.size(), 0);
  } while (size < 0 && errno == EINTR);
  if (size <= 0) return std::nullopt;
  const std::string_view packet(buffer.data(), static_cast<std::size_t>(size));
  const auto subject = packet.find('\0');
  const auto message = packet.find('\0', subject + 1);
  if (subject == std::string_view::npos || message == std::string_view::npos) return std::nullopt;
  return AlarmPacket{std::string(packet.substr(0, subject)),
                     std::string(packet.substr(subject + 1, message - subject - 1)),
                     std::string(packet.substr(message + 1))};
}

// Pointers into `strings`, ended by a null pointer as execve(2) wants them.
std::vector<char*> PointersTo(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Starts the command in a process group of its own, with signals as a fresh program expects them.
// Returns the process id; a negative errno where it cannot be started.
pid_t Spawn(std::vector<std::string> argv, const AlarmPacket& alarm) {
  std::vector<std::string> environment = {
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "DKIMKEEPER_ALARM_NAME=" + alarm.name,
      "DKIMKEEPER_ALARM_SUBJECT=" + alarm.subject,
      "DKIMKEEPER_ALARM_MESSAGE=" + alarm.message,
  };
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int number : kStopSignals) sigaddset(&defaults, number);
  sigset_t none;
  sigemptyset(&none);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, argv[0].c_str(), nullptr, &attributes,
                                  PointersTo(argv).data(), PointersTo(environment).data());
  posix_spawnattr_destroy(&attributes);
  return error == 0 ? pid : -error;
}

// false: it did not end in time.
bool EndsWithin(pid_t pid, std::chrono::milliseconds time_limit) {
  // By number: the header of glibc 2.36 declares pidfd_open(2) with C++ linkage.
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (handle < 0) return false;
  pollfd wait{.fd = handle, .events = POLLIN, .revents = 0};
  const int ready = ::poll(&wait, 1, static_cast<int>(time_limit.count()));
  ::close(handle);
  return ready > 0;
}

int Reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

void RunOne(const std::vector<std::string>& argv, const AlarmPacket& alarm,
            std::chrono::milliseconds time_limit, EventLog& log) {
  const auto failed = [&](const std::string& what) {
    log.Error("alarm.command_failed", {{"alarm", alarm.name},
                                       {"subject", alarm.subject},
                                       {"command", argv[0]},
                                       {"failure", what}});
  };
  const pid_t pid = Spawn(argv, alarm);
  if (pid < 0) {
    failed("cannot be started: " + std::generic_category().message(-pid));
    return;
  }
  const bool in_time = EndsWithin(pid, time_limit);
  if (!in_time) (void)::kill(-pid, SIGKILL);
  const int status = Reap(pid);
  if (!in_time) {
    failed("killed after " + std::to_string(time_limit.count()) + " ms");
  } else if (WIFSIGNALED(status)) {
    failed("ended by signal " + std::to_string(WTERMSIG(status)));
  } else if (WEXITSTATUS(status) != 0) {
    failed("exit status " + std::to_string(WEXITSTATUS(status)));
  }
}

}  // namespace

void RunAlarmCommands(int socket, const std::vector<std::string>& argv,
                      std::chrono::milliseconds time_limit, EventLog& log) {
  TakeOverProcess(socket);
  while (const auto alarm = ReceiveAlarm()) RunOne(argv, *alarm, time_limit, log);
  ::_exit(EXIT_SUCCESS);
}

}  // namespace dkimkeeper
