// Runs the operator's commands from a process of its own: the daemon must not fork once gRPC is up.
#ifndef SERVER_BASE_COMMAND_RUNNER_H_
#define SERVER_BASE_COMMAND_RUNNER_H_

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/result.h"
#include "server/base/command_child.h"

namespace dkimkeeper {

// What a command says on standard output; more is cut.
inline constexpr std::size_t kMaxCommandOutputBytes = std::size_t{64} << 10;

struct CommandResult {
  std::string failure;  // "exit status 7", "killed after 30000 ms" …; empty: exit status 0
  std::string output;   // at most kMaxCommandOutputBytes
  bool is_cut = false;  // it said more
};

// The daemon's end of a small child process. It runs the commands that it was started with and no
// others, whoever asks: what takes over the daemon gains nothing by it. A command gets a plain PATH
// as its environment, its input as standard input, and the daemon's standard error. One that takes
// longer than its time limit is killed with its process group. Thread-safe: commands run side by
// side.
class CommandRunner {
 public:
  // Forks the child. Call it in main while there is one thread, before any gRPC. INVALID_ARGUMENT/
  // BAD_CONFIG: a command without an absolute path; INTERNAL: no process or socket to be had.
  [[nodiscard]] static Result<std::unique_ptr<CommandRunner>> Start(std::vector<Command> commands);

  CommandRunner(const CommandRunner&) = delete;
  CommandRunner& operator=(const CommandRunner&) = delete;

  // Does not wait: the child ends, and is left to whoever waits for `pid`, or to init.
  ~CommandRunner();

  // Blocks until the command has ended. `command` is one of those of Start: another one is a bug
  // and aborts. INTERNAL: the child is gone, or there are no descriptors.
  [[nodiscard]] Result<CommandResult> Run(const Command& command, std::string_view input) const;

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  CommandRunner(std::vector<Command> commands, int socket, pid_t pid)
      : commands_(std::move(commands)), socket_(socket), pid_(pid) {}

  const std::vector<Command> commands_;
  const int socket_;
  const pid_t pid_;
};

}  // namespace dkimkeeper

#endif  // SERVER_BASE_COMMAND_RUNNER_H_
