#include "server/base/bounded_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace dkimkeeper {
namespace {

constexpr std::array kStopSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
constexpr std::string_view kPath =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// Pointers into `strings`, ended by a null pointer as execve(2) wants them.
std::vector<char*> PointersTo(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Which descriptors become the standard ones.
class SpawnActions {
 public:
  explicit SpawnActions(const BoundedCommand& command) {
    posix_spawn_file_actions_init(&actions_);
    if (command.input >= 0) {
      posix_spawn_file_actions_adddup2(&actions_, command.input, STDIN_FILENO);
    }
    if (command.output >= 0) {
      posix_spawn_file_actions_adddup2(&actions_, command.output, STDOUT_FILENO);
    }
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }

  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// Returns the process id; a negative errno where it cannot be started.
pid_t Spawn(const BoundedCommand& command) {
  std::vector<std::string> argv = command.argv;
  std::vector<std::string> environment = command.environment;
  environment.insert(environment.begin(), std::string(kPath));
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
  const SpawnActions actions(command);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, argv[0].c_str(), actions.get(), &attributes,
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

}  // namespace

void TakeOverProcess(int socket) {
  for (const int number : kStopSignals) (void)::signal(number, SIG_IGN);
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null >= 0) (void)::dup2(null, STDIN_FILENO);
  if (socket != kCommandSocket && ::dup2(socket, kCommandSocket) < 0) ::_exit(EXIT_FAILURE);
  (void)::fcntl(kCommandSocket, F_SETFD, FD_CLOEXEC);
  (void)::close_range(kCommandSocket + 1, ~0U, 0);
}

CommandEnd RunBounded(const BoundedCommand& command) {
  const pid_t pid = Spawn(command);
  if (pid < 0) return {.error = -pid};
  const bool in_time = EndsWithin(pid, command.time_limit);
  if (!in_time) (void)::kill(-pid, SIGKILL);
  return {.is_late = in_time ? 0 : 1, .wait_status = Reap(pid)};
}

std::string FailureOf(const CommandEnd& end, std::chrono::milliseconds time_limit) {
  if (end.error != 0) return "cannot be started: " + std::generic_category().message(end.error);
  if (end.is_late != 0) return "killed after " + std::to_string(time_limit.count()) + " ms";
  if (WIFSIGNALED(end.wait_status)) {
    return "ended by signal " + std::to_string(WTERMSIG(end.wait_status));
  }
  const int status = WEXITSTATUS(end.wait_status);
  return status == 0 ? "" : "exit status " + std::to_string(status);
}

}  // namespace dkimkeeper
