// One connection to the agent: packets there and back, with a limit on every wait.
#ifndef CLIENT_REFERENCE_AGENT_SOCKET_H_
#define CLIENT_REFERENCE_AGENT_SOCKET_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "proto/descriptor.h"
#include "proto/result.h"

namespace dkimkeeper {

// When somebody stops waiting: on a clock that nobody sets.
using AgentDeadline = std::chrono::steady_clock::time_point;

// Closes on exec. UNAVAILABLE/AGENT_AWAY names the path and what keeps it from being reached: no
// socket, nobody who listens, no right to connect.
[[nodiscard]] Result<Descriptor> ConnectToAgent(const std::string& path, AgentDeadline deadline);

// Sends `packet` over `connection` and waits for the one that answers it; neither is longer than
// kMaxReferencePacket. Thread-safe for different connections. After a failure the connection is in
// the middle of something: close it.
//
// UNAVAILABLE/AGENT_AWAY where the other end has closed it: where the agent was started anew, for
// one. DEADLINE_EXCEEDED/DEADLINE.
[[nodiscard]] Result<std::string> AskAgent(const Descriptor& connection, std::string_view packet,
                                           AgentDeadline deadline);

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_AGENT_SOCKET_H_
