#include "tests/integration/launched_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>

namespace dkimkeeper::launcher {
namespace {

constexpr int kPatience = 30'000;  // ms

[[noreturn]] void RunBelow(const SplitOptions& options, const LaunchedProcess::Daemon& daemon,
                           int reports) {
  auto link = SplitProcess(options);
  if (!link) {
    (void)std::fprintf(stderr, "%s\n", link.error().message.c_str());
    ::_exit(LaunchedProcess::kRefused);
  }
  ::_exit(daemon(*std::move(link),
                 [reports](pid_t process) { (void)!::write(reports, &process, sizeof(process)); }));
}

}  // namespace

LaunchedProcess::LaunchedProcess(const SplitOptions& options, const Daemon& daemon) {
  std::array<int, 2> ends{};
  (void)!::pipe2(ends.data(), O_CLOEXEC);
  reports_ = Descriptor(ends[0]);
  const Descriptor reported(ends[1]);
  pid_ = ::fork();
  if (pid_ == 0) RunBelow(options, daemon, reported.number());
}

LaunchedProcess::~LaunchedProcess() {
  if (pid_ < 0) return;
  (void)::kill(pid_, SIGKILL);
  (void)Wait();
}

pid_t LaunchedProcess::Reported() {
  pid_t process = -1;
  pollfd wait{.fd = reports_.number(), .events = POLLIN, .revents = 0};
  if (::poll(&wait, 1, kPatience) <= 0) return -1;
  return ::read(reports_.number(), &process, sizeof(process)) == sizeof(process) ? process : -1;
}

int LaunchedProcess::Wait() {
  int status = 0;
  (void)::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

// By number: the header of glibc 2.36 declares pidfd_open(2) with C++ linkage.
ProcessWatch::ProcessWatch(pid_t pid)
    : handle_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}

bool ProcessWatch::Ends() const {
  pollfd wait{.fd = handle_.number(), .events = POLLIN, .revents = 0};
  return handle_.IsOpen() && ::poll(&wait, 1, kPatience) > 0;
}

}  // namespace dkimkeeper::launcher
