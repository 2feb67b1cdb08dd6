#include "server/command_line.h"

#include <CLI/CLI.hpp>

namespace dkimkeeper {

std::variant<CommandLine, ExitNow> ParseCommandLine(int argc, char** argv) {
  CommandLine line;
  CLI::App app(
      "Keeps DKIM private keys in a PKCS#11 token and signs with them over gRPC.\n"
      "The configuration is explained in dkimkeeperd.toml(5); `deploy/quickstart` in the source\n"
      "shows a complete set-up.",
      "dkimkeeperd");
  app.add_option("--config", line.config, "Configuration file")->capture_default_str();
  app.add_flag("--check-config", line.check_config,
               "Check the configuration, say everything that is wrong with it, exit");
  auto* backup = app.add_option("--backup", line.backup,
                                "Copy the store to this new file, beside daemons that run, exit");
  app.add_option("--restore", line.restore, "Make a new store of such a copy, exit")
      ->excludes(backup);
  app.set_version_flag("--version", "dkimkeeperd " DKIMKEEPER_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return ExitNow{app.exit(error) == 0 ? 0 : 2};
  }
  return line;
}

}  // namespace dkimkeeper
