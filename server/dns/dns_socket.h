// A connected socket to one name server.
#ifndef SERVER_DNS_DNS_SOCKET_H_
#define SERVER_DNS_DNS_SOCKET_H_

#include <chrono>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "server/dns/dns_client.h"

namespace dkimkeeper {

using DnsDeadline = std::chrono::steady_clock::time_point;

// Sends and receives whole messages: over TCP with their length before them (RFC 1035 §4.2.2), over
// UDP only to and from the address it is connected to, from a port that the kernel picks at random.
// Movable. Not thread-safe.
class DnsSocket {
 public:
  // Connected, or why not.
  [[nodiscard]] static tl::expected<DnsSocket, DnsFailure> Connect(const ServerAddress& server,
                                                                   DnsTransport transport,
                                                                   DnsDeadline deadline);
  DnsSocket(DnsSocket&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), transport_(other.transport_) {}
  DnsSocket(const DnsSocket&) = delete;
  DnsSocket& operator=(const DnsSocket&) = delete;
  ~DnsSocket();

  // `message` has 65,535 octets at most.
  [[nodiscard]] tl::expected<void, DnsFailure> Send(std::string_view message, DnsDeadline deadline);

  // The next whole message, 65,535 octets at most.
  [[nodiscard]] tl::expected<std::string, DnsFailure> Receive(DnsDeadline deadline);

 private:
  DnsSocket(int descriptor, DnsTransport transport)
      : descriptor_(descriptor), transport_(transport) {}

  // Waits until `events` of poll(2) are there.
  [[nodiscard]] tl::expected<void, DnsFailure> Await(short events, DnsDeadline deadline) const;
  // Exactly `size` octets of the stream.
  [[nodiscard]] tl::expected<std::string, DnsFailure> ReceiveOctets(std::size_t size,
                                                                    DnsDeadline deadline);
  [[nodiscard]] tl::unexpected<DnsFailure> FailureOf(int error) const;

  int descriptor_;
  DnsTransport transport_;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_DNS_SOCKET_H_
