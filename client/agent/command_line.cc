#include "client/agent/command_line.h"

#include <CLI/CLI.hpp>

namespace dkimkeeper {

std::variant<AgentCommandLine, AgentExit> ParseAgentCommandLine(int argc, char** argv) {
  AgentCommandLine line;
  CLI::App app(
      "Signs the mail of this host's mail server, which speaks milter to it, with keys that stay\n"
      "in a DKIM Keeper server. The configuration is explained in dkimkeeper-agent.toml(5).",
      "dkimkeeper-agent");
  app.add_option("--config", line.config, "Configuration file")->capture_default_str();
  app.add_flag("--check-config", line.check_config,
               "Check the configuration, say everything that is wrong with it, exit");
  app.set_version_flag("--version", "dkimkeeper-agent " DKIMKEEPER_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return AgentExit{app.exit(error) == 0 ? 0 : 2};
  }
  return line;
}

}  // namespace dkimkeeper
