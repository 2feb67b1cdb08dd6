#include "tests/property/dns_world.h"

#include <algorithm>
#include <utility>

namespace dkimkeeper::sim {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// A key that is none of ours: RFC 8463 §A.2.
constexpr auto kStrangersKey = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

}  // namespace

void DnsWorld::AddZone(const Domain& domain) {
  if (zones_.contains(domain)) return;
  Zone& zone = zones_[domain];
  static const std::vector<seconds> ttls = {seconds(60), minutes(5), hours(1), hours(24)};
  zone.negative_ttl = chance_.Pick(ttls);
  zone.servers.resize(2 + chance_.Below(2));
}

Records DnsWorld::At(const Domain& domain, const std::string& name) const {
  const Zone& zone = zones_.at(domain);
  const auto found = zone.names.find(name);
  return found == zone.names.end() ? Records() : found->second.records;
}

std::optional<Hand> DnsWorld::WhoWrote(const std::string& name) const {
  const auto found = hands_.find(name);
  return found == hands_.end() ? std::nullopt : std::optional(found->second);
}

void DnsWorld::Put(const Domain& domain, const std::string& name, Records records, Hand hand) {
  Zone& zone = zones_.at(domain);
  Written& written = zone.names[name];
  written = {std::move(records), hand, written.version + 1};
  hands_.insert_or_assign(name, hand);
  for (std::size_t server = 0; server < zone.servers.size(); ++server) {
    agenda_.InAside(LagOfUpdate(), [this, domain, server, name] { Arrive(domain, server, name); });
  }
}

Span DnsWorld::LagOfUpdate() {
  if (trouble_ && chance_.Of(0.02)) {  // until the zone is transferred as a whole
    tally_.Add(Kind::kUpdateLost);
    return chance_.Between(days(1), days(7));
  }
  if (trouble_ && chance_.Of(0.1)) {
    tally_.Add(Kind::kUpdateLagged);
    return chance_.Between(minutes(10), hours(24));
  }
  return chance_.Between(seconds(1), minutes(2));
}

// Whatever stands at the zone's primary by then.
void DnsWorld::Arrive(const Domain& domain, std::size_t server, const std::string& name) {
  const Written& written = zones_.at(domain).names.at(name);
  Server& to = zones_.at(domain).servers[server];
  if (to.away_until > agenda_.now()) {
    agenda_.InAside(to.away_until + minutes(1) - agenda_.now(),
                    [=, this] { Arrive(domain, server, name); });
    return;
  }
  if (std::exchange(to.versions[name], written.version) == written.version) return;
  to.shown[name].push_back({agenda_.now(), written.records});
}

std::size_t DnsWorld::ServersOf(const Domain& domain) const {
  return zones_.at(domain).servers.size();
}

std::string DnsWorld::ServerName(const Domain& domain, std::size_t server) {
  return "ns" + std::to_string(server + 1) + "." + domain.str();
}

seconds DnsWorld::NegativeTtl(const Domain& domain) const { return zones_.at(domain).negative_ttl; }

std::vector<DnsWorld::Era> DnsWorld::ErasOf(const Domain& domain, std::size_t server,
                                            const std::string& name) const {
  std::vector<Era> eras = {{Instant::min(), Records()}};
  const auto& shown = zones_.at(domain).servers[server].shown;
  if (const auto found = shown.find(name); found != shown.end()) {
    eras.insert(eras.end(), found->second.begin(), found->second.end());
  }
  return eras;
}

bool DnsWorld::Lies(const Domain& domain, std::size_t server) const {
  return zones_.at(domain).servers[server].lies_until > agenda_.now();
}

Records DnsWorld::Twisted(const Server& server, const std::string& name) {
  const auto found = server.shown.find(name);
  const std::vector<Era> none;
  const std::vector<Era>& eras = found == server.shown.end() ? none : found->second;
  Records now = eras.empty() ? Records() : eras.back().records;
  switch (server.lie) {
    case Lie::kOldData:
      return eras.size() < 2 ? Records() : eras[eras.size() - 2].records;
    case Lie::kOtherKey:
      return {{kStrangersKey}, now.ttl};
    case Lie::kTwoRecords:
      now.txt.emplace_back("v=spf1 -all");
      now.txt.emplace_back("another");
      return now;
    case Lie::kRefused:
    case Lie::kNothing:
      break;
  }
  return {};
}

Reply DnsWorld::AskServer(const Domain& domain, std::size_t server, const std::string& name) const {
  const Zone& zone = zones_.at(domain);
  const Server& asked = zone.servers[server];
  if (asked.away_until > agenda_.now()) return {};
  Reply reply{.kind = Reply::Kind::kAnswer};
  if (asked.lies_until > agenda_.now()) {
    reply.honest = false;
    if (asked.lie == Lie::kRefused) reply.kind = Reply::Kind::kRefused;
    reply.records = Twisted(asked, name);
  } else if (const auto found = asked.shown.find(name); found != asked.shown.end()) {
    reply.records = found->second.back().records;
  }
  reply.ttl = reply.records.txt.empty() ? zone.negative_ttl : reply.records.ttl;
  return reply;
}

Reply DnsWorld::AskResolver(std::size_t resolver, const Domain& domain, const std::string& name) {
  if (resolver_away_until_[resolver] > agenda_.now()) return {.kind = Reply::Kind::kRefused};
  auto& cache = caches_[resolver];
  if (const auto found = cache.find(name); found != cache.end()) {
    if (found->second.until > agenda_.now()) return found->second.reply;
  }
  const std::size_t servers = ServersOf(domain);
  const std::size_t first = chance_.Below(servers);
  for (std::size_t i = 0; i < servers; ++i) {
    const Reply reply = AskServer(domain, (first + i) % servers, name);
    if (reply.kind != Reply::Kind::kAnswer) continue;
    cache.insert_or_assign(name, Cached{agenda_.now() + reply.ttl, reply});
    return reply;
  }
  return {.kind = Reply::Kind::kRefused};
}

void DnsWorld::Vanish(const Domain& domain, std::size_t server, Span span) {
  zones_.at(domain).servers[server].away_until = agenda_.now() + span;
}

void DnsWorld::TellLies(const Domain& domain, std::size_t server, Lie lie, Span span) {
  Server& liar = zones_.at(domain).servers[server];
  liar.lie = lie;
  liar.lies_until = agenda_.now() + span;
}

void DnsWorld::FailResolver(std::size_t resolver, Span span) {
  resolver_away_until_[resolver] = agenda_.now() + span;
}

void DnsWorld::EndTrouble() {
  trouble_ = false;
  resolver_away_until_.fill({});
  for (auto& [domain, zone] : zones_) {
    for (std::size_t server = 0; server < zone.servers.size(); ++server) {
      zone.servers[server].away_until = {};
      zone.servers[server].lies_until = {};
      for (const auto& [name, written] : zone.names) Arrive(domain, server, name);
    }
  }
}

}  // namespace dkimkeeper::sim
