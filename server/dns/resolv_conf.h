// The resolvers of this host: resolv.conf(5).
#ifndef SERVER_DNS_RESOLV_CONF_H_
#define SERVER_DNS_RESOLV_CONF_H_

#include <string_view>
#include <vector>

#include "server/base/server_address.h"

namespace dkimkeeper {

// The addresses of its `nameserver` lines, in order. Those with a zone (`fe80::1%eth0`) are left
// out: they mean something on one link only.
[[nodiscard]] std::vector<ServerAddress> ResolvConfServers(std::string_view text);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_RESOLV_CONF_H_
