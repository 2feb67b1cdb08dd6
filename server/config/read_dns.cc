// [dns], [[dns.authority]]: how key records are looked up.
#include <algorithm>
#include <string>

#include "proto/dkim/ascii.h"
#include "proto/dkim/label.h"
#include "server/config/sections.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

Complaint CheckAddress(const std::string& value) {
  const auto address = ServerAddress::Parse(value);
  if (address) return std::nullopt;
  return "has an element that " + address.error().message;
}

Complaint CheckIpv6Use(const std::string& value) {
  if (value == "auto" || value == "on" || value == "off") return std::nullopt;
  return "is no use of IPv6; write \"auto\", \"on\" or \"off\"";
}

bool IsDnsName(std::string_view text) {
  if (text.size() > kMaxNameOctets) return false;
  const auto labels = Split(text, '.');
  return std::none_of(labels.begin(), labels.end(), [](std::string_view label) {
    return LabelFault(label, Underscore::kAllowed).has_value();
  });
}

Complaint CheckZone(const std::string& value) {
  if (IsDnsName(value)) return std::nullopt;
  return "is no domain name; write one in A-labels without a trailing dot, such as example.com";
}

// `NAME ADDRESS@PORT`.
Complaint CheckAuthorityServer(const std::string& value) {
  const auto space = value.find(' ');
  if (space == std::string::npos || !IsDnsName(value.substr(0, space))) {
    return "has an element without a server's name; write \"NAME ADDRESS@PORT\", such as "
           "\"ns1.example.com 192.0.2.1@53\"";
  }
  return CheckAddress(value.substr(space + 1));
}

AuthorityServer ParseAuthorityServer(const std::string& value) {
  const auto space = value.find(' ');
  return {ToAsciiLower(value.substr(0, space)),
          ServerAddress::Parse(value.substr(space + 1)).value()};
}

void ReadResolvers(TableReader& table, DnsConfig& dns) {
  std::vector<std::string> written;
  dns.host_resolvers = !table.Has("resolvers");
  table.Texts("resolvers", written, CheckAddress);
  for (const std::string& each : written) {
    if (auto address = ServerAddress::Parse(each)) {
      dns.options.resolvers.push_back(*std::move(address));
    }
  }
}

void ReadAuthority(TableReader table, std::vector<Authority>& authorities) {
  Authority authority;
  table.Text("zone", authority.zone, CheckZone);
  table.Require("zone", "the zone whose servers these are, such as \"example.com\"");
  authority.zone = ToAsciiLower(authority.zone);
  std::vector<std::string> written;
  table.Texts("servers", written, CheckAuthorityServer);
  table.Require("servers", "[\"NAME ADDRESS@PORT\"], all authoritative servers of the zone");
  if (table.Has("servers") && written.empty()) {
    table.Complain("servers", "is empty; write all authoritative servers of the zone");
  }
  for (const std::string& each : written) {
    if (!CheckAuthorityServer(each)) authority.servers.push_back(ParseAuthorityServer(each));
  }
  const bool twice =
      std::any_of(authorities.begin(), authorities.end(),
                  [&](const Authority& other) { return other.zone == authority.zone; });
  if (twice) table.Complain("zone", "is that of another table; write all its servers into one");
  authorities.push_back(std::move(authority));
  table.Finish();
}

}  // namespace

void ReadDns(TableReader table, DnsConfig& dns) {
  ReadResolvers(table, dns);
  table.Duration("time_limit", dns.options.time_limit, milliseconds(100), minutes(1));
  std::string ipv6 = "auto";
  table.Text("ipv6", ipv6, CheckIpv6Use);
  if (ipv6 == "on") dns.options.ipv6 = Ipv6Use::kOn;
  if (ipv6 == "off") dns.options.ipv6 = Ipv6Use::kOff;
  for (TableReader& each : table.Tables("authority")) {
    ReadAuthority(std::move(each), dns.options.authorities);
  }
  table.Finish();
}

}  // namespace dkimkeeper
