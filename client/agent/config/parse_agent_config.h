// From TOML to AgentConfig: everything that is wrong is said at once.
#ifndef CLIENT_AGENT_CONFIG_PARSE_AGENT_CONFIG_H_
#define CLIENT_AGENT_CONFIG_PARSE_AGENT_CONFIG_H_

#include <string>
#include <string_view>

#include "client/agent/config/accounts.h"
#include "client/agent/config/agent_config.h"
#include "proto/result.h"

namespace dkimkeeper {

// INVALID_ARGUMENT/BAD_CONFIG, a line for each problem (proto/base/config/toml_file.h). Only the
// text is looked at, and `accounts` asked for the numbers of users and groups.
[[nodiscard]] Result<AgentConfig> ParseAgentConfig(std::string_view text,
                                                   const std::string& file_name,
                                                   const Accounts& accounts);

// Reads `path`, and the map file that it names, with the accounts of this host. Errors likewise.
[[nodiscard]] Result<AgentConfig> LoadAgentConfig(const std::string& path);

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_CONFIG_PARSE_AGENT_CONFIG_H_
