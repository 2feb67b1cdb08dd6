#include "proto/base/config/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstdint>
#include <optional>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

bool IsPort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size();
}

// Whether the address is loopback; nothing where it is no address.
std::optional<bool> LoopbackV4(const std::string& host) {
  in_addr address{};
  if (::inet_pton(AF_INET, host.c_str(), &address) != 1) return std::nullopt;
  return (ntohl(address.s_addr) >> 24) == IN_LOOPBACKNET;
}

std::optional<bool> LoopbackV6(const std::string& host) {
  in6_addr address{};
  if (::inet_pton(AF_INET6, host.c_str(), &address) != 1) return std::nullopt;
  return IN6_IS_ADDR_LOOPBACK(&address);
}

}  // namespace

Result<ListenAddress> ListenAddress::Parse(std::string_view text) {
  const auto refuse = [](const char* what) {
    return Fail(Code::kInvalidArgument, reason::kBadConfig,
                std::string(what) + "; write ADDRESS:PORT, such as 127.0.0.1:7443 or [::1]:7443");
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return refuse("has no port");
  if (!IsPort(text.substr(colon + 1))) return refuse("has a port that is not 0 to 65535");

  const std::string_view host = text.substr(0, colon);
  // inet_pton reads up to a NUL: what stands after one would be let through unseen.
  if (host.find('\0') != std::string_view::npos) return refuse("has no IP address");
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const auto is_loopback = bracketed ? LoopbackV6(std::string(host.substr(1, host.size() - 2)))
                                     : LoopbackV4(std::string(host));
  if (!is_loopback) return refuse("has no IP address");
  return ListenAddress(std::string(text), *is_loopback);
}

}  // namespace dkimkeeper
