// The network itself.
#ifndef SERVER_DNS_SOCKET_DNS_CLIENT_H_
#define SERVER_DNS_SOCKET_DNS_CLIENT_H_

#include "server/dns/dns_client.h"

namespace dkimkeeper {

// Each question on a socket of its own with a random id; over UDP also from a random port and with
// the letter case of the name drawn by lot ("0x20"), and whatever else arrives is passed over until
// the time is up. Holds nothing between questions: a server that was away is asked again as if
// nothing had been. Thread-safe.
class SocketDnsClient final : public DnsClient {
 public:
  [[nodiscard]] DnsReply Ask(const ServerAddress& server, const DnsQuestion& question,
                             DnsTransport transport, std::chrono::milliseconds limit) override;
  [[nodiscard]] bool HasRoute(const ServerAddress& server) override;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_SOCKET_DNS_CLIENT_H_
