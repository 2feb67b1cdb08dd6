// The child process behind CommandRunner: runs the commands that it was forked with, and no others.
#ifndef SERVER_BASE_COMMAND_CHILD_H_
#define SERVER_BASE_COMMAND_CHILD_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace dkimkeeper {

// A program that the configuration names.
struct Command {
  std::vector<std::string> argv;  // argv[0] is an absolute path; not a shell line
  std::chrono::milliseconds time_limit = std::chrono::seconds(30);
  friend bool operator==(const Command&, const Command&) = default;
};

// A packet is the position of a command, with three descriptors: its standard input, its standard
// output, and where a CommandEnd (bounded_command.h) is written when it has ended.
using CommandIndex = std::uint32_t;
inline constexpr std::size_t kCommandDescriptors = 3;

// Takes the process over (TakeOverProcess) and never returns: ends at the end of file of `socket`,
// which is SOCK_SEQPACKET. Commands run side by side, each under a process of its own.
[[noreturn]] void RunCommands(int socket, const std::vector<Command>& commands);

}  // namespace dkimkeeper

#endif  // SERVER_BASE_COMMAND_CHILD_H_
