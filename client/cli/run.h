// Runs a Command: asks the server, prints the answer.
#ifndef CLIENT_CLI_RUN_H_
#define CLIENT_CLI_RUN_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <istream>
#include <memory>
#include <ostream>
#include <string>

#include "client/cli/command_line.h"
#include "client/lib/pace.h"
#include "proto/result.h"

namespace dkimkeeper {

// What a command has around it; main.cc fills it in. All referred to must outlive the call.
struct Surroundings {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool err_is_terminal = false;
  std::function<std::int64_t()> now_ms;  // milliseconds since 1970
  std::filesystem::path temp_directory;
  std::shared_ptr<Pace> pace = {};  // for commands that wait; null: they do not
};

// On failure nothing is on `out`, except where `out` itself failed; `dns check`, `apply`,
// `import-opendkim` and the verbs of `audit` say there what they found and did before they fail.
[[nodiscard]] Outcome RunCommand(const Invocation& invocation, const Surroundings& around);

// "dkimkeeper: <message> [REASON]" and a line end.
[[nodiscard]] std::string ErrorLine(const Error& error);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_RUN_H_
