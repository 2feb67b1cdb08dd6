// Where a call comes from, and the networks that a grant may be limited to.
#ifndef SERVER_ACCESS_IP_NETWORK_H_
#define SERVER_ACCESS_IP_NETWORK_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// An IPv4 or IPv6 address. IPv4 is kept as IPv6 has it (RFC 4291 §2.5.5.2, ::ffff:192.0.2.1), so
// that it is one address however a socket shows it. A value.
class IpAddress {
 public:
  // Without port, brackets and zone. Nothing unless inet_pton takes it.
  [[nodiscard]] static std::optional<IpAddress> Parse(std::string_view text);

  [[nodiscard]] bool is_ipv4() const;
  // "192.0.2.1", "2001:db8::1".
  [[nodiscard]] std::string str() const;
  [[nodiscard]] const std::array<std::uint8_t, 16>& octets() const { return octets_; }

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  explicit IpAddress(const std::array<std::uint8_t, 16>& octets) : octets_(octets) {}
  std::array<std::uint8_t, 16> octets_;
};

// "192.0.2.0/24", "2001:db8::/32" (RFC 4632, RFC 4291 §2.3). A value.
class IpNetwork {
 public:
  // An address without a length is a network of one. INVALID_ARGUMENT/BAD_LIMIT, also where bits
  // behind the length are set: somebody meant another network.
  [[nodiscard]] static Result<IpNetwork> Parse(std::string_view text);

  [[nodiscard]] bool Contains(const IpAddress& address) const;
  // Always with its length.
  [[nodiscard]] std::string str() const;

  friend auto operator<=>(const IpNetwork&, const IpNetwork&) = default;

 private:
  IpNetwork(const IpAddress& first, unsigned bits) : first_(first), bits_(bits) {}
  IpAddress first_;
  unsigned bits_;  // of 128
};

}  // namespace dkimkeeper

#endif  // SERVER_ACCESS_IP_NETWORK_H_
