// What dkimkeeperd was started with.
#ifndef SERVER_COMMAND_LINE_H_
#define SERVER_COMMAND_LINE_H_

#include <string>
#include <variant>

namespace dkimkeeper {

struct CommandLine {
  std::string config = "/etc/dkimkeeper/dkimkeeperd.toml";
  bool check_config = false;
  std::string backup;   // copy the store to this file and exit; empty: do not
  std::string restore;  // make a new store of this copy and exit; empty: do not

  [[nodiscard]] bool copies_store() const { return !backup.empty() || !restore.empty(); }
};

// The code to exit with, after help or a complaint was printed: 0 or 2.
struct ExitNow {
  int code = 0;
};

[[nodiscard]] std::variant<CommandLine, ExitNow> ParseCommandLine(int argc, char** argv);

}  // namespace dkimkeeper

#endif  // SERVER_COMMAND_LINE_H_
