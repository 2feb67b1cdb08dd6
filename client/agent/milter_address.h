// Where the mail server finds the milter.
#ifndef CLIENT_AGENT_MILTER_ADDRESS_H_
#define CLIENT_AGENT_MILTER_ADDRESS_H_

#include <variant>

#include "proto/base/config/listen_address.h"
#include "proto/base/unix_socket.h"

namespace dkimkeeper {

using MilterAddress = std::variant<SocketFile, ListenAddress>;

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_MILTER_ADDRESS_H_
