// A small DNS in which a record is in place, for tests that then spoil it.
#ifndef TESTS_UNIT_SERVER_DNS_DNS_CHECK_FIXTURE_H_
#define TESTS_UNIT_SERVER_DNS_DNS_CHECK_FIXTURE_H_

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "proto/dkim/key_record.h"
#include "server/dns/dns_record_checker.h"
#include "tests/fakes/fake_dns_client.h"
#include "tests/fakes/sample_keys.h"
#include "tests/fakes/software_key.h"

namespace dkimkeeper {

inline constexpr const char* kName = "s._domainkey.example.com";
inline constexpr const char* kResolver = "192.0.2.53";
inline constexpr const char* kSecondResolver = "192.0.2.54";

inline const PublicKey& Wanted() {
  static const PublicKey key = SoftwareKey::Rsa(2048).public_key();
  return key;
}
inline const PublicKey& Other() {
  static const PublicKey key = SoftwareKey::Rsa(2048).public_key();
  return key;
}
inline std::vector<std::string> Strings(const PublicKey& key) {
  return SplitCharacterStrings(RenderKeyRecord({.public_key = key}));
}
inline DnsAnswer Record(const PublicKey& key, const char* name = kName, int ttl = 300) {
  return dns::Answer({dns::Txt(name, Strings(key), ttl)});
}

inline auto Shows(const char* server, RecordFinding finding, const char* detail) {
  return testing::AllOf(
      testing::Field("server", &ServerAnswer::server, server),
      testing::Field("finding", &ServerAnswer::finding, finding),
      testing::Field("detail", &ServerAnswer::detail, testing::HasSubstr(detail)));
}

// example.com with ns1 (IPv4 and IPv6) and ns2 (IPv4), two resolvers, and the record in place.
class DnsCheckTest : public testing::Test {
 protected:
  DnsCheckTest() {
    for (const char* resolver : {kResolver, kSecondResolver}) {
      options_.resolvers.push_back(ServerAddress::Parse(resolver).value());
      client_.Says(resolver, kName, DnsType::kTxt, Record(Wanted()));
    }
    AddZone("example.com", {"ns1.example.com", "ns2.example.com"});
    AddAddress("ns1.example.com", DnsType::kA, "192.0.2.1");
    AddAddress("ns1.example.com", DnsType::kAaaa, "2001:db8::1");
    AddAddress("ns2.example.com", DnsType::kA, "192.0.2.2");
    for (const char* server : {"192.0.2.1", "2001:db8::1", "192.0.2.2"}) {
      client_.Says(server, kName, DnsType::kTxt, Record(Wanted()));
      client_.Says(server, "example.com", DnsType::kSoa,
                   dns::Answer({dns::Soa("example.com", 900, 600)}));
    }
  }

  void AddZone(const std::string& zone, const std::vector<std::string>& servers) {
    client_.Says(kResolver, zone, DnsType::kSoa, dns::Answer({dns::Soa(zone, 900, 600)}));
    std::vector<DnsRecord> records;
    for (const auto& server : servers) records.push_back(dns::Points(zone, DnsType::kNs, server));
    client_.Says(kResolver, zone, DnsType::kNs, dns::Answer(records));
  }
  void AddAddress(const std::string& server, DnsType type, const std::string& address) {
    client_.Says(kResolver, server, type, dns::Answer({dns::Points(server, type, address)}));
  }

  RecordCheck Check() {
    return DnsRecordChecker(client_, options_).Check(question_, sample::Minute(7));
  }

  // example.com's two servers send on to `target`.
  void Alias(const std::string& target) {
    for (const char* server : {"192.0.2.1", "192.0.2.2"}) {
      client_.Says(server, kName, DnsType::kTxt,
                   dns::Answer({dns::Points(kName, DnsType::kCname, target, 7200)}));
    }
  }
  // The zone of a provider, one server, 198.51.100.1.
  void AddProvider() {
    AddZone("dkim.example.net", {"ns.example.net"});
    AddAddress("ns.example.net", DnsType::kA, "198.51.100.1");
    client_.Says("198.51.100.1", "dkim.example.net", DnsType::kSoa,
                 dns::Answer({dns::Soa("dkim.example.net", 60, 60)}));
    client_.Says("198.51.100.1", "c1.dkim.example.net", DnsType::kTxt,
                 Record(Wanted(), "c1.dkim.example.net"));
    for (const char* resolver : {kResolver, kSecondResolver}) {
      client_.Says(resolver, kName, DnsType::kTxt,
                   dns::Answer({dns::Points(kName, DnsType::kCname, "c1.dkim.example.net"),
                                dns::Txt("c1.dkim.example.net", Strings(Wanted()))}));
    }
  }

  FakeDnsClient client_;
  DnsOptions options_;
  RecordQuestion question_{.domain = sample::DomainOf("example.com"),
                           .selector = sample::SelectorOf("s"),
                           .public_key = Wanted()};
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_DNS_DNS_CHECK_FIXTURE_H_
