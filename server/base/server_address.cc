#include "server/base/server_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <charconv>
#include <optional>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

// One spelling for each address; nothing where `text` is none of `family`.
std::optional<std::string> Canonical(int family, const std::string& text) {
  in6_addr octets{};  // the larger of the two
  if (::inet_pton(family, text.c_str(), &octets) != 1) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  ::inet_ntop(family, &octets, canonical.data(), canonical.size());
  return canonical.data();
}

}  // namespace

Result<ServerAddress> ServerAddress::Parse(std::string_view text) {
  const auto refuse = [](const char* what) {
    return Fail(Code::kInvalidArgument, reason::kBadConfig,
                std::string(what) + "; write ADDRESS@PORT, such as 192.0.2.1@53 or 2001:db8::1@53");
  };
  const auto at = text.find('@');
  const auto port =
      at == std::string_view::npos ? std::optional(kDnsPort) : ParsePort(text.substr(at + 1));
  if (!port) return refuse("has a port that is not 1 to 65535");
  const std::string ip(text.substr(0, at));
  // inet_pton reads up to a NUL: what stands after one would be let through unseen.
  if (ip.find('\0') != std::string::npos) return refuse("has no IP address");
  if (auto v4 = Canonical(AF_INET, ip)) return ServerAddress(*std::move(v4), *port, false);
  if (auto v6 = Canonical(AF_INET6, ip)) return ServerAddress(*std::move(v6), *port, true);
  return refuse("has no IP address");
}

}  // namespace dkimkeeper
