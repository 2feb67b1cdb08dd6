// The order to stop, as a value to wait for.
#ifndef SERVER_SHUTDOWN_SIGNAL_H_
#define SERVER_SHUTDOWN_SIGNAL_H_

#include <csignal>

namespace dkimkeeper {

// Blocks SIGINT and SIGTERM in this thread and in all that it starts: make it before any thread.
// SIGPIPE is ignored: a peer that is gone shows as an error of the write.
class ShutdownSignal {
 public:
  ShutdownSignal() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    (void)std::signal(SIGPIPE, SIG_IGN);
  }

  // Returns the number of the signal that came.
  [[nodiscard]] int Wait() const {
    int signal = 0;
    sigwait(&signals_, &signal);
    return signal;
  }

 private:
  sigset_t signals_{};
};

}  // namespace dkimkeeper

#endif  // SERVER_SHUTDOWN_SIGNAL_H_
