// Another process, for tests of what processes share.
#ifndef TESTS_UNIT_HSM_SHARED_FORKED_H_
#define TESTS_UNIT_HSM_SHARED_FORKED_H_

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <stdexcept>
#include <utility>

namespace dkimkeeper {

// An anonymous file, as the workers of a token share one.
class SharedFile {
 public:
  SharedFile() : number_(memfd_create("test", MFD_CLOEXEC)) {
    if (number_ < 0) throw std::runtime_error("memfd_create");
  }
  SharedFile(const SharedFile&) = delete;
  SharedFile& operator=(const SharedFile&) = delete;
  ~SharedFile() { close(number_); }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

// Runs `action` in a fork of this process; what it returns is the exit status (0 to 255). The child
// says that it got somewhere with SayReady, and lives until it returns or is killed.
class Forked {
 public:
  explicit Forked(const std::function<int(const Forked&)>& action) {
    if (pipe(pipe_) != 0) throw std::runtime_error("pipe");
    child_ = fork();
    if (child_ < 0) throw std::runtime_error("fork");
    if (child_ == 0) _exit(action(*this));
    close(std::exchange(pipe_[1], -1));
  }
  Forked(const Forked&) = delete;
  Forked& operator=(const Forked&) = delete;
  ~Forked() {
    if (child_ > 0) Kill();
    close(pipe_[0]);
    if (pipe_[1] >= 0) close(pipe_[1]);
  }

  // In the child.
  void SayReady() const { static_cast<void>(!write(pipe_[1], "r", 1)); }
  static int WaitForKill() {
    for (;;) pause();
  }
  // In the parent. False when the child ended without a word.
  [[nodiscard]] bool WaitUntilReady() const {
    char said = 0;
    return read(pipe_[0], &said, 1) == 1;
  }
  // -1: it died of a signal.
  int Wait() {
    int status = 0;
    waitpid(std::exchange(child_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  void Kill() {
    kill(child_, SIGKILL);
    Wait();
  }

 private:
  int pipe_[2] = {-1, -1};
  pid_t child_ = -1;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_HSM_SHARED_FORKED_H_
