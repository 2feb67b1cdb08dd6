// Tells the service manager how far a start has come (sd_notify(3)).
#ifndef CLIENT_AGENT_SERVICE_NOTICE_H_
#define CLIENT_AGENT_SERVICE_NOTICE_H_

#include <string>
#include <string_view>

namespace dkimkeeper {

// Sends `state`, such as "READY=1", to `socket`, the value of NOTIFY_SOCKET: a path, or `@` and an
// abstract name. False where it is neither or nobody takes the datagram; an empty `socket` is no
// manager, and fine.
bool NotifyServiceManager(const std::string& socket, std::string_view state);

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_SERVICE_NOTICE_H_
