// How a message came to the mail server.
#ifndef CLIENT_AGENT_ARRIVAL_H_
#define CLIENT_AGENT_ARRIVAL_H_

#include <map>
#include <optional>
#include <string>

#include "client/agent/ip_network.h"

namespace dkimkeeper {

// A value; every text is as the mail server says it.
struct Arrival {
  std::optional<IpAddress> client;            // nothing: not over the network
  std::string authenticated;                  // {auth_authen}; empty: nobody logged in
  std::string listener;                       // {daemon_name}
  std::string envelope;                       // MAIL FROM without brackets; empty: a bounce
  std::map<std::string, std::string> macros;  // those that the configuration names
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_ARRIVAL_H_
