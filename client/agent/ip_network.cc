#include "client/agent/ip_network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr unsigned kBits = 128;
constexpr unsigned kMappedBits = 96;  // in front of an IPv4 address

tl::unexpected<Error> Refuse(const char* what) {
  return Fail(
      Code::kInvalidArgument, reason::kBadConfig,
      std::string(what) + "; write an address or a network, such as 192.0.2.0/24 or 2001:db8::/32");
}

bool BitAt(const IpAddress& address, unsigned bit) {
  return ((address.octets().at(bit / 8) >> (7 - bit % 8)) & 1U) != 0;
}

std::optional<unsigned> LengthIn(std::string_view text, unsigned most) {
  unsigned length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size() || length > most) {
    return std::nullopt;
  }
  return length;
}

}  // namespace

IpAddress IpAddress::FromV4(const std::array<std::uint8_t, 4>& octets) {
  Octets mapped{};
  mapped[10] = mapped[11] = 0xff;
  std::copy(octets.begin(), octets.end(), mapped.begin() + 12);
  return IpAddress(mapped);
}

Result<IpAddress> IpAddress::Parse(std::string_view text) {
  // inet_pton reads up to a NUL: what stands after one would be let through unseen.
  if (text.find('\0') != std::string_view::npos) return Refuse("is no IP address");
  const std::string host(text);
  std::array<std::uint8_t, 4> v4{};
  if (::inet_pton(AF_INET, host.c_str(), v4.data()) == 1) return FromV4(v4);
  Octets v6{};
  if (::inet_pton(AF_INET6, host.c_str(), v6.data()) == 1) return FromV6(v6);
  return Refuse("is no IP address");
}

Result<IpNetwork> IpNetwork::Parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  const auto base = IpAddress::Parse(host);
  if (!base) return Forward(base);
  if (slash == std::string_view::npos) return IpNetwork(*base, kBits);
  const unsigned in_front = host.find(':') == std::string_view::npos ? kMappedBits : 0;
  const auto length = LengthIn(text.substr(slash + 1), kBits - in_front);
  if (!length) return Refuse("has no length that fits its address");
  const unsigned bits = in_front + *length;
  for (unsigned bit = bits; bit < kBits; ++bit) {
    if (BitAt(*base, bit)) return Refuse("has bits set behind its length");
  }
  return IpNetwork(*base, bits);
}

bool IpNetwork::Contains(const IpAddress& address) const {
  for (unsigned bit = 0; bit < bits_; ++bit) {
    if (BitAt(address, bit) != BitAt(base_, bit)) return false;
  }
  return true;
}

}  // namespace dkimkeeper
