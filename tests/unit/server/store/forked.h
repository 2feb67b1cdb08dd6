// A child process that reports numbers, and that a test can kill.
#ifndef TESTS_UNIT_SERVER_STORE_FORKED_H_
#define TESTS_UNIT_SERVER_STORE_FORKED_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>

namespace dkimkeeper {

// Not thread-safe. Fork before there are threads.
class ForkedChild {
 public:
  using Report = std::function<void(std::uint64_t)>;

  // Exit status of a child whose machine does not let it do what it is for.
  static constexpr int kNotPossible = 77;

  // Runs `body` in a child, which then exits: 0, or 1 when an expectation failed in it.
  explicit ForkedChild(const std::function<void(const Report&)>& body);
  ForkedChild(const ForkedChild&) = delete;
  ForkedChild& operator=(const ForkedChild&) = delete;
  ~ForkedChild();

  // Waits for the next number the child reports. Nothing once it is gone and all were read.
  [[nodiscard]] std::optional<std::uint64_t> Next();

  // SIGKILL: no destructor, no flush.
  void Kill();

  // Waits for its end and answers its exit status, -1 when a signal ended it.
  int Wait();

 private:
  pid_t pid_ = -1;
  int reports_ = -1;
  std::optional<int> status_;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_STORE_FORKED_H_
