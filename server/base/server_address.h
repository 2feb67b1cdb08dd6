// Where a name server listens, as people write it: `192.0.2.1@53`, `2001:db8::1@5300`.
#ifndef SERVER_BASE_SERVER_ADDRESS_H_
#define SERVER_BASE_SERVER_ADDRESS_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "proto/result.h"

namespace dkimkeeper {

// An IP address, never a name, and a port. A value.
class ServerAddress {
 public:
  static constexpr std::uint16_t kDnsPort = 53;

  // Without `@PORT` the port is 53. INVALID_ARGUMENT/BAD_CONFIG; the message says what is wrong and
  // what to write.
  [[nodiscard]] static Result<ServerAddress> Parse(std::string_view text);

  [[nodiscard]] const std::string& ip() const { return ip_; }  // canonical, without brackets
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] bool is_ipv6() const { return is_ipv6_; }

  // `192.0.2.1@53`.
  [[nodiscard]] std::string str() const { return ip_ + "@" + std::to_string(port_); }

  friend auto operator<=>(const ServerAddress&, const ServerAddress&) = default;

 private:
  ServerAddress(std::string ip, std::uint16_t port, bool is_ipv6)
      : ip_(std::move(ip)), port_(port), is_ipv6_(is_ipv6) {}

  std::string ip_;
  std::uint16_t port_;
  bool is_ipv6_;
};

}  // namespace dkimkeeper

#endif  // SERVER_BASE_SERVER_ADDRESS_H_
