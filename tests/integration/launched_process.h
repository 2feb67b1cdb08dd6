// A launcher as a process below the test, with a daemon of the test's own.
#ifndef TESTS_INTEGRATION_LAUNCHED_PROCESS_H_
#define TESTS_INTEGRATION_LAUNCHED_PROCESS_H_

#include <sys/types.h>

#include <functional>

#include "hsm/launcher/split_process.h"
#include "proto/descriptor.h"

namespace dkimkeeper::launcher {

// Forks a process that becomes the launcher and runs `daemon` in the daemon's: its answer is the
// daemon's exit status. Make it in a process of one thread. What is still there at the end of the
// test is killed.
class LaunchedProcess {
 public:
  // Tells the test the number of a process.
  using Report = std::function<void(pid_t process)>;
  using Daemon = std::function<int(LauncherLink link, const Report& report)>;

  // The status where SplitProcess refuses.
  static constexpr int kRefused = 99;

  LaunchedProcess(const SplitOptions& options, const Daemon& daemon);
  LaunchedProcess(const LaunchedProcess&) = delete;
  LaunchedProcess& operator=(const LaunchedProcess&) = delete;
  ~LaunchedProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Waits for the next number that the daemon reports; -1 when it has ended without.
  [[nodiscard]] pid_t Reported();
  // Waits for the launcher's end: its exit status, or minus the signal that killed it.
  [[nodiscard]] int Wait();

 private:
  pid_t pid_ = -1;
  Descriptor reports_;
};

// Whether a process, somebody's child, has ended, or ends within 30 s.
class ProcessWatch {
 public:
  // While it lives.
  explicit ProcessWatch(pid_t pid);
  [[nodiscard]] bool Ends() const;

 private:
  Descriptor handle_;
};

}  // namespace dkimkeeper::launcher

#endif  // TESTS_INTEGRATION_LAUNCHED_PROCESS_H_
