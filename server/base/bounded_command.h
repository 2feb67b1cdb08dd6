// What a process is made of that was forked to run commands: it has nothing of the daemon's, and
// ends each command in time.
#ifndef SERVER_BASE_BOUNDED_COMMAND_H_
#define SERVER_BASE_BOUNDED_COMMAND_H_

#include <chrono>
#include <string>
#include <vector>

namespace dkimkeeper {

// Where TakeOverProcess moves the socket to, right after the standard descriptors.
inline constexpr int kCommandSocket = 3;

// Makes a freshly forked process a runner of commands: closes every descriptor but the standard
// ones and `socket`, which becomes kCommandSocket; standard input is /dev/null. The signals that
// stop the daemon are ignored: end of file stops this process.
void TakeOverProcess(int socket);

struct BoundedCommand {
  const std::vector<std::string>& argv;  // argv[0] is an absolute path
  // Beside a plain PATH: `NAME=VALUE`.
  std::vector<std::string> environment = {};
  int input = -1;   // becomes standard input; -1: what this process has
  int output = -1;  // becomes standard output; as above
  std::chrono::milliseconds time_limit = std::chrono::seconds(30);
};

// How a command ended. Travels as bytes between processes of one program.
struct CommandEnd {
  int error = 0;        // errno where it could not be started
  int is_late = 0;      // 1: killed at its time limit, with its process group
  int wait_status = 0;  // as of waitpid(2)
};

// Runs the command in a process group of its own, with signals as a fresh program expects them, and
// no descriptor but the standard ones. Blocks until it has ended.
[[nodiscard]] CommandEnd RunBounded(const BoundedCommand& command);

// "exit status 7", "ended by signal 9", "killed after 30000 ms", "cannot be started: …"; empty for
// exit status 0.
[[nodiscard]] std::string FailureOf(const CommandEnd& end, std::chrono::milliseconds time_limit);

}  // namespace dkimkeeper

#endif  // SERVER_BASE_BOUNDED_COMMAND_H_
