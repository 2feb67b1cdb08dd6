// Any text is a configuration of the agent that denies by default, or a list of problems.
#include <sstream>

#include "client/agent/config/parse_agent_config.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto any = [](const std::string& name) { return std::optional<unsigned>(name.size()); };
  const auto config = ParseAgentConfig(FuzzText(data, size), "file", {.user = any, .group = any});
  if (config) {
    FuzzCheck(!config->server.servers.empty(), "some server");
    FuzzCheck(!config->metrics || config->metrics->IsLoopback(), "metrics stay here");
    const auto* socket = std::get_if<SocketFile>(&config->milter);
    FuzzCheck(socket == nullptr || (socket->mode & 07) == 0, "nothing for others");
    FuzzCheck(!config->local || (config->local->mode & 07) == 0, "nor here");
    FuzzCheck(config->local || !config->policy.local_access.CheckDomain(
                                   {}, Domain::Parse("example.com").value()),
              "no right without its section");
    return 0;
  }
  FuzzCheck(!config.error().message.empty(), "a refusal says why");
  std::istringstream lines(config.error().message);
  for (std::string line; std::getline(lines, line);)
    FuzzCheck(line.starts_with("file:"), "a line each");
  return 0;
}
