#include "proto/base/run_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> Failed(const std::string& command, const std::string& how) {
  return Fail(Code::kInternal, reason::kInternal, command + ": " + how);
}

// Signals as a fresh program expects them, a group of its own, no stream of ours.
class SpawnTerms {
 public:
  SpawnTerms() {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&actions_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      posix_spawn_file_actions_addopen(&actions_, stream, "/dev/null", O_RDWR, 0);
    }
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
  }
  SpawnTerms(const SpawnTerms&) = delete;
  SpawnTerms& operator=(const SpawnTerms&) = delete;
  ~SpawnTerms() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }

  // errno's number, or 0.
  int Spawn(pid_t& child, char* const* argv) const {
    char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    char* const environment[] = {path, nullptr};
    return posix_spawn(&child, argv[0], &actions_, &attributes_, argv, environment);
  }

 private:
  posix_spawnattr_t attributes_{};
  posix_spawn_file_actions_t actions_{};
};

// True when the child ended within the limit.
bool EndsWithin(pid_t child, std::chrono::milliseconds limit) {
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  if (handle < 0) return false;
  pollfd watched{.fd = handle, .events = POLLIN, .revents = 0};
  int ready = 0;
  do {
    ready = poll(&watched, 1, static_cast<int>(limit.count()));
  } while (ready < 0 && errno == EINTR);
  close(handle);
  return ready > 0;
}

}  // namespace

Outcome RunCommand(const std::vector<std::string>& argv, std::chrono::milliseconds limit) {
  std::vector<std::string> words = argv;
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  pid_t child = 0;
  if (const int error = SpawnTerms().Spawn(child, pointers.data()); error != 0) {
    return Failed(argv.front(), std::string("cannot be started: ") + std::strerror(error));
  }
  const bool in_time = EndsWithin(child, limit);
  if (!in_time) kill(-child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time)
    return Failed(argv.front(), "killed after " + std::to_string(limit.count()) + " ms");
  if (WIFSIGNALED(status))
    return Failed(argv.front(), "ended by signal " + std::to_string(WTERMSIG(status)));
  if (WEXITSTATUS(status) == 0) return {};
  return Failed(argv.front(), "exit status " + std::to_string(WEXITSTATUS(status)));
}

}  // namespace dkimkeeper
