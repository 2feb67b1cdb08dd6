// Who answers for a name.
#ifndef SERVER_DNS_AUTHORITATIVE_SERVERS_H_
#define SERVER_DNS_AUTHORITATIVE_SERVERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "server/dns/inquiry.h"

namespace dkimkeeper {

struct NameServer {
  std::string name;
  std::vector<ServerAddress> addresses = {};  // IPv4 before IPv6; empty: none was found
};

struct Zone {
  std::string name;
  std::vector<NameServer> servers = {};  // by name
  std::string problem = {};              // why there are none, for people; empty: there are
};

// Thread-safe. `inquiry` must outlive this.
class AuthoritativeServers {
 public:
  explicit AuthoritativeServers(Inquiry& inquiry) : inquiry_(inquiry) {}

  // The zone that holds `name`: as configured, or the resolvers know. They are asked for `name`
  // itself and what is above it, never below: a resolver that is asked for a record too early
  // remembers that there is none, and of a name that is not there also that nothing is below it
  // (RFC 8020). So the cut may lie deeper; the servers of the zone then refer to it.
  [[nodiscard]] Zone Find(std::string_view name);

  // The zone `name` with servers of these names.
  [[nodiscard]] Zone Delegated(std::string_view name, std::vector<std::string> servers);

 private:
  // As configured; no servers: it is not.
  [[nodiscard]] Zone Configured(std::string_view name) const;
  // The name of the zone that holds `name`, or a problem.
  [[nodiscard]] Zone FindCut(std::string_view name);
  [[nodiscard]] std::vector<ServerAddress> AddressesOf(const std::string& server);

  Inquiry& inquiry_;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_AUTHORITATIVE_SERVERS_H_
