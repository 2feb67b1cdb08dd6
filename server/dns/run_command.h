// How a publisher runs a program: server/base/command_runner.h, with the command chosen.
#ifndef SERVER_DNS_RUN_COMMAND_H_
#define SERVER_DNS_RUN_COMMAND_H_

#include <functional>
#include <string_view>

#include "proto/result.h"
#include "server/base/command_runner.h"

namespace dkimkeeper {

// `input` is the program's standard input. Blocks until it has ended. Thread-safe.
using RunCommand = std::function<Result<CommandResult>(std::string_view input)>;

}  // namespace dkimkeeper

#endif  // SERVER_DNS_RUN_COMMAND_H_
