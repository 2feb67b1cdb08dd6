// The schema of dkimkeeper-agent's configuration file, as values.
#ifndef CLIENT_AGENT_CONFIG_AGENT_CONFIG_H_
#define CLIENT_AGENT_CONFIG_AGENT_CONFIG_H_

#include <optional>
#include <string>

#include "client/agent/agent_policy.h"
#include "client/agent/milter_address.h"
#include "dkimkeeper/client.h"
#include "proto/base/config/listen_address.h"

namespace dkimkeeper {

// What a start needs; a reload takes `policy` and `author_map` only.
struct AgentConfig {
  ClientOptions server;                  // [server]
  MilterAddress milter = SocketFile{};   // [milter]
  std::string keys_file;                 // [keys]; empty: no copy on disk
  std::optional<ListenAddress> metrics;  // [metrics]; loopback; nothing: no endpoint
  std::string author_map;                // [author] map_file; empty: none
  AgentPolicy policy;                    // [origin], [author], [signature], [[sender]]
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_CONFIG_AGENT_CONFIG_H_
