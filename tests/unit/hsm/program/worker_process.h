// A real `dkimkeeper-token serve`, started as the launcher does.
#ifndef TESTS_UNIT_HSM_PROGRAM_WORKER_PROCESS_H_
#define TESTS_UNIT_HSM_PROGRAM_WORKER_PROCESS_H_

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/fakes/softhsm_token_dir.h"
#include "tests/unit/hsm/worker/wire_client.h"

namespace dkimkeeper {

// On the token of `softhsm`, in the strict sandbox unless `more` says otherwise. Its standard error
// goes to `log`. The process is killed where it still runs.
class WorkerProcess {
 public:
  WorkerProcess(const SoftHsmTokenDir& softhsm, int shared_file,
                const std::vector<std::string>& more = {})
      : log_(softhsm.directory() / ("worker-" + std::to_string(++started_) + ".log")) {
    std::vector<std::string> arguments = {
        KEEPER_TOKEN_PROGRAM,  "serve",   "--name",       "test", "--module",
        softhsm.module_path(), "--label", softhsm.label()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const int pin = open(softhsm.pin_file().c_str(), O_RDONLY | O_CLOEXEC);
    const int log = open(log_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    child_ = fork();
    if (child_ < 0) throw std::runtime_error("fork");
    if (child_ == 0) Exec(arguments, {client_.worker_end(), pin, shared_file, log});
    close(pin);
    close(log);
    client_.CloseWorkerEnd();
  }
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;
  ~WorkerProcess() {
    if (child_ < 0) return;
    kill(child_, SIGKILL);
    static_cast<void>(Wait());
  }

  [[nodiscard]] WireClient& client() { return client_; }
  [[nodiscard]] pid_t process() const { return child_; }
  [[nodiscard]] const std::filesystem::path& log() const { return log_; }
  // The exit status; minus the signal's number where one killed it.
  [[nodiscard]] int Wait() {
    int status = 0;
    waitpid(std::exchange(child_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  struct Inherited {
    int socket, pin, shared, log;
  };

  [[noreturn]] static void Exec(const std::vector<std::string>& arguments, Inherited inherited) {
    // Out of the way of the numbers they get.
    for (int* descriptor : {&inherited.socket, &inherited.pin, &inherited.shared, &inherited.log}) {
      *descriptor = fcntl(*descriptor, F_DUPFD_CLOEXEC, 20);
    }
    dup2(inherited.log, 2);
    dup2(inherited.socket, 3);
    dup2(inherited.pin, 4);
    dup2(inherited.shared, 5);
    std::vector<char*> raw;
    raw.reserve(arguments.size() + 1);
    for (const std::string& argument : arguments)
      raw.push_back(const_cast<char*>(argument.c_str()));
    raw.push_back(nullptr);
    execv(raw[0], raw.data());
    _exit(99);
  }

  static inline int started_ = 0;
  std::filesystem::path log_;
  WireClient client_;
  pid_t child_ = -1;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_HSM_PROGRAM_WORKER_PROCESS_H_
