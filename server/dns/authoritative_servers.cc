#include "server/dns/authoritative_servers.h"

#include <algorithm>

#include "server/dns/answer_reading.h"
#include "server/dns/dns_name.h"
#include "server/dns/in_parallel.h"

namespace dkimkeeper {
namespace {

// More than any zone has, and what a hostile delegation may cost us.
constexpr std::size_t kMaxServers = 32;
constexpr std::size_t kMaxAddresses = 8;

std::string Quoted(std::string_view name) {
  return name.empty() ? "the root" : "\"" + std::string(name) + "\"";
}

// The apex that an answer about `name` shows: its SOA record, wherever it stands (RFC 2308 §2). One
// that is not above the name is of another's zone, where a CNAME led.
const DnsRecord* Apex(const DnsAnswer& answer, std::string_view name) {
  for (const auto* section : {&answer.answer, &answer.authority}) {
    for (const DnsRecord& record : *section) {
      if (record.type == DnsType::kSoa && IsNameAtOrBelow(name, record.owner)) return &record;
    }
  }
  return nullptr;
}

// Why a look-up at the resolvers came to nothing.
std::string Problem(const DnsReply& reply) {
  return "a resolver " +
         (reply ? "answers " + ResponseCodeName(reply->rcode) : reply.error().detail);
}

}  // namespace

Zone AuthoritativeServers::Configured(std::string_view name) const {
  const Authority* longest = nullptr;
  for (const Authority& authority : inquiry_.options().authorities) {
    if (!IsNameAtOrBelow(name, authority.zone)) continue;
    if (longest == nullptr || authority.zone.size() > longest->zone.size()) longest = &authority;
  }
  Zone zone;
  if (longest == nullptr) return zone;
  zone.name = longest->zone;
  for (const auto& [server, address] : longest->servers) {
    const auto same = std::find_if(zone.servers.begin(), zone.servers.end(),
                                   [&](const NameServer& other) { return other.name == server; });
    if (same == zone.servers.end()) {
      zone.servers.push_back({server, {address}});
    } else {
      same->addresses.push_back(address);
    }
  }
  return zone;
}

Zone AuthoritativeServers::FindCut(std::string_view name) {
  for (std::string_view at = name; !at.empty(); at = ParentName(at)) {
    const auto reply = inquiry_.AskResolvers(std::string(at), DnsType::kSoa);
    if (!reply || (reply->rcode != kNoError && reply->rcode != kNxDomain)) {
      return {.name = {},
              .problem = "the zone of " + Quoted(name) + " is not found: " + Problem(reply) +
                         "; look at the resolvers, or name the "
                         "servers under [[dns.authority]]"};
    }
    if (const DnsRecord* apex = Apex(*reply, at)) return {.name = apex->owner};
  }
  return {.name = {},
          .problem = "the zone of " + Quoted(name) +
                     " is not found: the resolvers show no SOA record above it; name "
                     "the servers under [[dns.authority]]"};
}

Zone AuthoritativeServers::Find(std::string_view name) {
  if (Zone configured = Configured(name); !configured.servers.empty()) return configured;
  Zone zone = FindCut(name);
  if (!zone.problem.empty()) return zone;
  const auto reply = inquiry_.AskResolvers(zone.name, DnsType::kNs);
  std::vector<std::string> servers;
  if (reply) {
    for (const DnsRecord& record : reply->answer) {
      if (record.type == DnsType::kNs && record.owner == zone.name) {
        servers.push_back(record.target);
      }
    }
  }
  if (servers.empty()) {
    zone.problem =
        "the servers of the zone " + Quoted(zone.name) + " are not found: " +
        (reply && reply->rcode == kNoError ? "the resolvers show no NS record" : Problem(reply));
    return zone;
  }
  return Delegated(zone.name, std::move(servers));
}

Zone AuthoritativeServers::Delegated(std::string_view name, std::vector<std::string> servers) {
  if (Zone configured = Configured(name); configured.name == name && !configured.servers.empty()) {
    return configured;
  }
  std::sort(servers.begin(), servers.end());
  servers.erase(std::unique(servers.begin(), servers.end()), servers.end());
  Zone zone{.name = std::string(name)};
  if (servers.size() > kMaxServers) {
    zone.problem = "the zone " + Quoted(name) + " names " + std::to_string(servers.size()) +
                   " servers, and no more than " + std::to_string(kMaxServers) + " are asked";
    return zone;
  }
  zone.servers.resize(servers.size());
  InParallel(servers.size(),
             [&](std::size_t i) { zone.servers[i] = {servers[i], AddressesOf(servers[i])}; });
  return zone;
}

std::vector<ServerAddress> AuthoritativeServers::AddressesOf(const std::string& server) {
  std::vector<ServerAddress> addresses;
  for (const DnsType type : {DnsType::kA, DnsType::kAaaa}) {
    const auto reply = inquiry_.AskResolvers(server, type);
    if (!reply) continue;
    for (const DnsRecord& record : reply->answer) {
      if (record.type != type || addresses.size() == kMaxAddresses) continue;
      if (auto address = ServerAddress::Parse(record.target)) {
        addresses.push_back(*std::move(address));
      }
    }
  }
  return addresses;
}

}  // namespace dkimkeeper
