// A Client on a connection that is there already. Internal.
#ifndef CLIENT_LIB_CONNECTED_CLIENT_H_
#define CLIENT_LIB_CONNECTED_CLIENT_H_

#include <memory>

#include "dkimkeeper/client.h"

namespace dkimkeeper {

class Connection;

[[nodiscard]] std::unique_ptr<Client> MakeClient(std::shared_ptr<Connection> connection);

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_CONNECTED_CLIENT_H_
