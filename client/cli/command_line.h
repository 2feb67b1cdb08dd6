// From words to a Command, or to what is printed instead of running one.
#ifndef CLIENT_CLI_COMMAND_LINE_H_
#define CLIENT_CLI_COMMAND_LINE_H_

#include <string>
#include <variant>
#include <vector>

#include "client/cli/command.h"

namespace dkimkeeper {

struct Invocation {
  GlobalOptions globals;
  Command command;
};

// Nothing to run: help, version, completion (exit code 0, on standard output) or wrong usage (exit
// code 2, on standard error).
struct Printout {
  int exit_code = 0;
  std::string text;
};

// `words` are the arguments without the program's name. Reads the DKIMKEEPER_… variables.
[[nodiscard]] std::variant<Invocation, Printout> ParseCommandLine(std::vector<std::string> words);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_COMMAND_LINE_H_
