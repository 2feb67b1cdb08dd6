#include "client/agent/signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace dkimkeeper {
namespace {

// All that a handler can reach.
volatile std::sig_atomic_t write_end = -1;

void OnSignal(int number) {
  const int before = errno;
  const auto octet = static_cast<char>(number);
  (void)!::write(write_end, &octet, 1);  // a full pipe holds signals enough
  errno = before;
}

}  // namespace

Signals::Signals() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  read_end_ = ends[0];
  write_end = ends[1];
  struct sigaction action{};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGHUP, SIGINT, SIGTERM}) ::sigaction(number, &action, nullptr);
  (void)std::signal(SIGPIPE, SIG_IGN);
}

int Signals::Wait() const {
  char number = 0;
  while (::read(read_end_, &number, 1) != 1) {
  }
  return number;
}

}  // namespace dkimkeeper
