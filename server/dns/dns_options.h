// How DNS is asked: [dns] of the configuration.
#ifndef SERVER_DNS_DNS_OPTIONS_H_
#define SERVER_DNS_DNS_OPTIONS_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "server/base/server_address.h"

namespace dkimkeeper {

enum class Ipv6Use : std::uint8_t {
  kAuto,  // where this host has a route
  kOn,    // an address that cannot be reached is one that does not answer
  kOff,
};

// A name server that is known without asking.
struct AuthorityServer {
  std::string name;  // for people; several with one name are its addresses
  ServerAddress address;
  friend bool operator==(const AuthorityServer&, const AuthorityServer&) = default;
};

// The authoritative servers of a zone and of what lies below it, for set-ups that the resolvers do
// not show: split, hidden. Of several zones that hold a name the longest decides.
struct Authority {
  std::string zone;  // lower-case, without a trailing dot
  std::vector<AuthorityServer> servers;
  friend bool operator==(const Authority&, const Authority&) = default;
};

// A value.
struct DnsOptions {
  std::vector<ServerAddress> resolvers;  // recursive
  std::vector<Authority> authorities;
  std::chrono::milliseconds time_limit = std::chrono::seconds(3);  // of one question
  Ipv6Use ipv6 = Ipv6Use::kAuto;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_DNS_OPTIONS_H_
