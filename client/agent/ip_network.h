// Addresses of clients, and the networks that they lie in.
#ifndef CLIENT_AGENT_IP_NETWORK_H_
#define CLIENT_AGENT_IP_NETWORK_H_

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// An IPv4 or IPv6 address. IPv4 is held as the IPv6 address that maps it (RFC 4291 §2.5.5.2), so
// that `::ffff:192.0.2.1` and `192.0.2.1` are one. A value.
class IpAddress {
 public:
  using Octets = std::array<std::uint8_t, 16>;

  // INVALID_ARGUMENT/BAD_CONFIG.
  [[nodiscard]] static Result<IpAddress> Parse(std::string_view text);
  // As in in_addr and in6_addr: network order.
  [[nodiscard]] static IpAddress FromV4(const std::array<std::uint8_t, 4>& octets);
  [[nodiscard]] static IpAddress FromV6(const Octets& octets) { return IpAddress(octets); }

  [[nodiscard]] const Octets& octets() const { return octets_; }
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  explicit IpAddress(const Octets& octets) : octets_(octets) {}
  Octets octets_;
};

// `192.0.2.0/24`, `2001:db8::/32`, or one address. A value.
class IpNetwork {
 public:
  // INVALID_ARGUMENT/BAD_CONFIG: no address, a length that is none, or bits set behind the length.
  [[nodiscard]] static Result<IpNetwork> Parse(std::string_view text);

  [[nodiscard]] bool Contains(const IpAddress& address) const;

 private:
  IpNetwork(const IpAddress& base, unsigned bits) : base_(base), bits_(bits) {}
  IpAddress base_;
  unsigned bits_;  // of 128
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_IP_NETWORK_H_
