// From TOML to AgentConfig: everything that is wrong is said at once.
#ifndef CLIENT_AGENT_CONFIG_PARSE_AGENT_CONFIG_H_
#define CLIENT_AGENT_CONFIG_PARSE_AGENT_CONFIG_H_

#include <string>
#include <string_view>

#include "client/agent/config/agent_config.h"
#include "proto/result.h"

namespace dkimkeeper {

// INVALID_ARGUMENT/BAD_CONFIG, a line for each problem (proto/base/config/toml_file.h). Only the
// text is looked at.
[[nodiscard]] Result<AgentConfig> ParseAgentConfig(std::string_view text,
                                                   const std::string& file_name);

// Reads `path`, and the map file that it names. Errors likewise.
[[nodiscard]] Result<AgentConfig> LoadAgentConfig(const std::string& path);

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_CONFIG_PARSE_AGENT_CONFIG_H_
