// What dkimkeeper-agent was started with.
#ifndef CLIENT_AGENT_COMMAND_LINE_H_
#define CLIENT_AGENT_COMMAND_LINE_H_

#include <string>
#include <variant>

namespace dkimkeeper {

struct AgentCommandLine {
  std::string config = "/etc/dkimkeeper/dkimkeeper-agent.toml";
  bool check_config = false;
};

// The code to exit with, after help or a complaint was printed: 0 or 2.
struct AgentExit {
  int code = 0;
};

[[nodiscard]] std::variant<AgentCommandLine, AgentExit> ParseAgentCommandLine(int argc,
                                                                              char** argv);

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_COMMAND_LINE_H_
