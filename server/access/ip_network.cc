#include "server/access/ip_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using Octets = std::array<std::uint8_t, 16>;

constexpr unsigned kBits = 128;
constexpr unsigned kIpv4Bits = 96;  // that all IPv4 addresses have in common
constexpr Octets kIpv4Prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// `octets` with zeroes behind the first `bits`.
Octets Masked(Octets octets, unsigned bits) {
  for (unsigned i = 0; i < octets.size(); ++i) {
    const unsigned kept = bits > i * 8 ? std::min(bits - i * 8, 8U) : 0U;
    octets.at(i) &= static_cast<std::uint8_t>(0xff00U >> kept);
  }
  return octets;
}

std::optional<unsigned> ParseLength(std::string_view text, unsigned highest) {
  unsigned length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size() || length > highest) return {};
  if (text.size() > 1 && text.front() == '0') return {};
  return length;
}

}  // namespace

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  const std::string copy(text);
  if (copy.find('\0') != std::string::npos) return {};
  Octets octets{};
  if (inet_pton(AF_INET6, copy.c_str(), octets.data()) == 1) return IpAddress(octets);
  octets = kIpv4Prefix;
  if (inet_pton(AF_INET, copy.c_str(), octets.data() + kIpv4Bits / 8) == 1) {
    return IpAddress(octets);
  }
  return {};
}

bool IpAddress::is_ipv4() const { return Masked(octets_, kIpv4Bits) == kIpv4Prefix; }

std::string IpAddress::str() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const std::size_t first = is_ipv4() ? kIpv4Bits / 8 : 0;
  inet_ntop(is_ipv4() ? AF_INET : AF_INET6, octets_.data() + first, text.data(), text.size());
  return text.data();
}

Result<IpNetwork> IpNetwork::Parse(std::string_view text) {
  const auto bad = [&] {
    return Fail(Code::kInvalidArgument, reason::kBadLimit,
                "a network is written 192.0.2.0/24 or 2001:db8::/32, its address with zeroes "
                "behind the length");
  };
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto address = IpAddress::Parse(text.substr(0, slash));
  if (!address) return bad();
  const unsigned before = address->is_ipv4() ? kIpv4Bits : 0;
  const auto length = slash == text.size() ? std::optional(kBits - before)
                                           : ParseLength(text.substr(slash + 1), kBits - before);
  if (!length || Masked(address->octets(), before + *length) != address->octets()) return bad();
  return IpNetwork(*address, before + *length);
}

bool IpNetwork::Contains(const IpAddress& address) const {
  return Masked(address.octets(), bits_) == first_.octets();
}

std::string IpNetwork::str() const {
  return first_.str() + "/" + std::to_string(first_.is_ipv4() ? bits_ - kIpv4Bits : bits_);
}

}  // namespace dkimkeeper
