// The schema of dkimkeeper-agent's configuration file, as values.
#ifndef CLIENT_AGENT_CONFIG_AGENT_CONFIG_H_
#define CLIENT_AGENT_CONFIG_AGENT_CONFIG_H_

#include <sys/types.h>

#include <optional>
#include <string>

#include "client/agent/agent_policy.h"
#include "client/agent/milter_address.h"
#include "client/agent/opendkim_upkeep.h"
#include "client/reference/reference_server.h"
#include "dkimkeeper/client.h"
#include "proto/base/config/listen_address.h"

namespace dkimkeeper {

// Where local programs find the agent.
struct LocalSocket {
  std::string path = "/run/dkimkeeper-agent/reference.sock";
  std::optional<gid_t> group = {};  // nothing: the agent's own
  mode_t mode = 0660;
  ReferenceServerOptions limits = {};
};

// What a start needs; a reload takes `policy` and `author_map` only.
struct AgentConfig {
  ClientOptions server;                     // [server]
  MilterAddress milter = SocketFile{};      // [milter]
  std::string keys_file;                    // [keys]; empty: no copy on disk
  std::optional<ListenAddress> metrics;     // [metrics]; loopback; nothing: no endpoint
  std::string author_map;                   // [author] map_file; empty: none
  std::optional<LocalSocket> local;         // [local]; nothing: local programs are not served
  std::optional<OpenDkimOptions> opendkim;  // [opendkim]; nothing: no tables are kept
  AgentPolicy policy;                       // [origin], [author], [signature], [[sender]],
                                            // [[local.access]]
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_CONFIG_AGENT_CONFIG_H_
