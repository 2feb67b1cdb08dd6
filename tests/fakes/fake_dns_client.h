// A DNS of a table: what each address says to each question.
#ifndef TESTS_FAKES_FAKE_DNS_CLIENT_H_
#define TESTS_FAKES_FAKE_DNS_CLIENT_H_

#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/dns/dns_client.h"

namespace dkimkeeper {

// Thread-safe; set it up before it is asked.
class FakeDnsClient final : public DnsClient {
 public:
  // `address` without `@53`. Over both transports, unless OverTcp or OverUdp says otherwise.
  void Says(std::string_view address, std::string_view name, DnsType type, DnsReply reply) {
    OverTcp(address, name, type, reply);
    OverUdp(address, name, type, std::move(reply));
  }
  void OverTcp(std::string_view address, std::string_view name, DnsType type, DnsReply reply) {
    replies_.insert_or_assign(Key(address, name, type, DnsTransport::kTcp), std::move(reply));
  }
  void OverUdp(std::string_view address, std::string_view name, DnsType type, DnsReply reply) {
    replies_.insert_or_assign(Key(address, name, type, DnsTransport::kUdp), std::move(reply));
  }
  void HasNoRouteToIpv6() { ipv6_ = false; }

  // What is not in the table is REFUSED.
  DnsReply Ask(const ServerAddress& server, const DnsQuestion& question, DnsTransport transport,
               std::chrono::milliseconds /*limit*/) override {
    const std::lock_guard lock(mutex_);
    const std::string key = Key(server.ip(), question.name, question.type, transport);
    asked_.insert(key);
    const auto reply = replies_.find(key);
    return reply == replies_.end() ? DnsAnswer{.rcode = kRefusedCode} : reply->second;
  }
  bool HasRoute(const ServerAddress& server) override { return ipv6_ || !server.is_ipv6(); }

  // `192.0.2.1 TXT s._domainkey.example.com tcp`
  [[nodiscard]] bool WasAsked(std::string_view address, std::string_view name, DnsType type,
                              DnsTransport transport = DnsTransport::kTcp) const {
    const std::lock_guard lock(mutex_);
    return asked_.contains(Key(address, name, type, transport));
  }

 private:
  static std::string Key(std::string_view address, std::string_view name, DnsType type,
                         DnsTransport transport) {
    return std::string(address) + " " + std::to_string(static_cast<int>(type)) + " " +
           std::string(name) + (transport == DnsTransport::kTcp ? " tcp" : " udp");
  }

  mutable std::mutex mutex_;
  std::map<std::string, DnsReply> replies_;
  std::set<std::string> asked_;
  bool ipv6_ = true;
};

// Records and answers to fill it with.
namespace dns {

inline DnsRecord Txt(std::string owner, std::vector<std::string> strings, int ttl = 300) {
  return {.owner = std::move(owner),
          .type = DnsType::kTxt,
          .ttl = std::chrono::seconds(ttl),
          .strings = std::move(strings)};
}
inline DnsRecord Points(std::string owner, DnsType type, std::string target, int ttl = 300) {
  return {.owner = std::move(owner),
          .type = type,
          .ttl = std::chrono::seconds(ttl),
          .target = std::move(target)};
}
inline DnsRecord Soa(std::string zone, int ttl, int minimum) {
  return {.owner = std::move(zone),
          .type = DnsType::kSoa,
          .ttl = std::chrono::seconds(ttl),
          .minimum = std::chrono::seconds(minimum)};
}

// As an authoritative server and a resolver would say it.
inline DnsAnswer Answer(std::vector<DnsRecord> answer, std::vector<DnsRecord> authority = {}) {
  return {.authoritative = true,
          .recursion_available = true,
          .answer = std::move(answer),
          .authority = std::move(authority)};
}
inline DnsAnswer NxDomain(DnsRecord soa) {
  DnsAnswer answer = Answer({}, {std::move(soa)});
  answer.rcode = kNxDomain;
  return answer;
}
inline DnsAnswer Code(unsigned rcode) { return {.rcode = rcode}; }
inline DnsReply Fails(DnsFault fault, std::string detail) {
  return tl::unexpected(DnsFailure{fault, std::move(detail)});
}

}  // namespace dns
}  // namespace dkimkeeper

#endif  // TESTS_FAKES_FAKE_DNS_CLIENT_H_
