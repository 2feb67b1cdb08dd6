#include "tests/unit/server/store/forked.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace dkimkeeper {

ForkedChild::ForkedChild(const std::function<void(const Report&)>& body) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) std::abort();
  pid_ = ::fork();
  if (pid_ < 0) std::abort();
  if (pid_ == 0) {
    ::close(ends[0]);
    body([out = ends[1]](std::uint64_t number) {
      if (::write(out, &number, sizeof number) != sizeof number) std::abort();
    });
    ::_exit(testing::Test::HasFailure() ? 1 : 0);
  }
  ::close(ends[1]);
  reports_ = ends[0];
}

ForkedChild::~ForkedChild() {
  Kill();
  Wait();
  ::close(reports_);
}

std::optional<std::uint64_t> ForkedChild::Next() {
  std::uint64_t number = 0;
  ssize_t got = 0;
  do {
    got = ::read(reports_, &number, sizeof number);
  } while (got < 0 && errno == EINTR);
  if (got != sizeof number) return std::nullopt;  // written in one piece: pipe(7), PIPE_BUF
  return number;
}

void ForkedChild::Kill() {
  if (!status_) ::kill(pid_, SIGKILL);
}

int ForkedChild::Wait() {
  if (status_) return *status_;
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return *status_;
}

}  // namespace dkimkeeper
