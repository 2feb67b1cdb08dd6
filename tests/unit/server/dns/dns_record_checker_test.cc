// Each fault that DNS can plant, and what a check makes of it.
#include "server/dns/dns_record_checker.h"

#include <gmock/gmock.h>

#include "proto/dkim/key_record.h"
#include "server/dns/answer_reading.h"
#include "tests/fakes/fake_dns_client.h"
#include "tests/fakes/sample_keys.h"
#include "tests/fakes/software_key.h"

namespace dkimkeeper {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kName = "s._domainkey.example.com";
constexpr const char* kResolver = "192.0.2.53";
constexpr const char* kSecondResolver = "192.0.2.54";

const PublicKey& Wanted() {
  static const PublicKey key = SoftwareKey::Rsa(2048).public_key();
  return key;
}
const PublicKey& Other() {
  static const PublicKey key = SoftwareKey::Rsa(2048).public_key();
  return key;
}
std::vector<std::string> Strings(const PublicKey& key) {
  return SplitCharacterStrings(RenderKeyRecord({.public_key = key}));
}
DnsAnswer Record(const PublicKey& key, const char* name = kName, int ttl = 300) {
  return dns::Answer({dns::Txt(name, Strings(key), ttl)});
}

auto Shows(const char* server, RecordFinding finding, const char* detail) {
  return AllOf(Field("server", &ServerAnswer::server, server),
               Field("finding", &ServerAnswer::finding, finding),
               Field("detail", &ServerAnswer::detail, HasSubstr(detail)));
}

// example.com with ns1 (IPv4 and IPv6) and ns2 (IPv4), two resolvers, and the record in place.
class DnsRecordCheckerTest : public testing::Test {
 protected:
  DnsRecordCheckerTest() {
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

TEST_F(DnsRecordCheckerTest, EveryServerAndThenTheResolversProve) {
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  EXPECT_EQ(check.at, sample::Minute(7));
  EXPECT_EQ(check.name, kName);
  EXPECT_EQ(check.zone, "example.com");
  EXPECT_EQ(check.problem, "");
  EXPECT_EQ(check.skipped, "");
  EXPECT_EQ(check.fetched, Wanted());
  EXPECT_THAT(check.servers, ElementsAre(Shows("ns1.example.com", RecordFinding::kAsWished, ""),
                                         Shows("ns2.example.com", RecordFinding::kAsWished, "")));
  EXPECT_EQ(check.servers[0].address, "192.0.2.1@53");
  EXPECT_THAT(check.resolvers, ElementsAre(Shows("192.0.2.53@53", RecordFinding::kAsWished, ""),
                                           Shows("192.0.2.54@53", RecordFinding::kAsWished, "")));
}

TEST_F(DnsRecordCheckerTest, TheWaitIsTheLongestTtlNegativeOnesIncluded) {
  EXPECT_EQ(Check().wait, std::chrono::seconds(600));  // min(SOA's TTL, minimum) over 300
  client_.Says("192.0.2.2", kName, DnsType::kTxt, Record(Wanted(), kName, 86400));
  EXPECT_EQ(Check().wait, std::chrono::seconds(86400));
}

TEST_F(DnsRecordCheckerTest, AZoneWithoutSoaHasTheLongestNegativeTtl) {
  for (const char* server : {"192.0.2.1", "192.0.2.2"}) {
    client_.Says(server, "example.com", DnsType::kSoa, dns::Code(kRefusedCode));
  }
  EXPECT_EQ(Check().wait, kUnknownNegativeTtl);
}

struct FaultRow {
  const char* name;
  DnsReply reply;
  RecordFinding finding;
  const char* detail;
  RecordVerdict verdict;
};
void PrintTo(const FaultRow& row, std::ostream* out) { *out << row.name; }

class PlantedFaultTest : public DnsRecordCheckerTest,
                         public testing::WithParamInterface<FaultRow> {};

TEST_P(PlantedFaultTest, IsFoundAtItsServer) {
  client_.Says("192.0.2.2", kName, DnsType::kTxt, GetParam().reply);
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, GetParam().verdict);
  EXPECT_THAT(check.servers,
              ElementsAre(Shows("ns1.example.com", RecordFinding::kAsWished, ""),
                          Shows("ns2.example.com", GetParam().finding, GetParam().detail)));
  EXPECT_THAT(check.resolvers, IsEmpty()) << "asked before all servers agreed";
  EXPECT_FALSE(client_.WasAsked(kResolver, kName, DnsType::kTxt));
  EXPECT_FALSE(check.fetched);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, PlantedFaultTest,
    testing::Values(
        FaultRow{"no_such_name", dns::NxDomain(dns::Soa("example.com", 900, 600)),
                 RecordFinding::kMissing, "no TXT record", RecordVerdict::kDiffers},
        FaultRow{"no_txt", dns::Answer({}, {dns::Soa("example.com", 900, 600)}),
                 RecordFinding::kMissing, "no TXT record", RecordVerdict::kDiffers},
        FaultRow{"record_of_another_name", Record(Wanted(), "t._domainkey.example.com"),
                 RecordFinding::kMissing, "no TXT record", RecordVerdict::kDiffers},
        FaultRow{"wrong_key", Record(Other()), RecordFinding::kOtherKey, "p= differs from octet",
                 RecordVerdict::kDiffers},
        FaultRow{
            "two_records",
            dns::Answer({dns::Txt(kName, Strings(Wanted())), dns::Txt(kName, {"v=DKIM1; p="})}),
            RecordFinding::kSeveral, "number 1 is of this key", RecordVerdict::kDiffers},
        FaultRow{"broken_quoting", dns::Answer({dns::Txt(kName, {"\"v=DKIM1; p=\""})}),
                 RecordFinding::kMalformed, "quoted twice", RecordVerdict::kDiffers},
        FaultRow{"truncated_string", dns::Answer({dns::Txt(kName, {Strings(Wanted())[0]})}),
                 RecordFinding::kMalformed, "second string is missing", RecordVerdict::kDiffers},
        FaultRow{"revoked", dns::Answer({dns::Txt(kName, {"v=DKIM1; p="})}),
                 RecordFinding::kRevoked, "p= is empty", RecordVerdict::kDiffers},
        FaultRow{"own_alias", dns::Answer({dns::Points(kName, DnsType::kCname, kName)}),
                 RecordFinding::kLoop, "lead back to s._domainkey.example.com",
                 RecordVerdict::kDiffers},
        FaultRow{"own_alias_and_servfail",
                 DnsAnswer{.rcode = kServFail,
                           .authoritative = true,
                           .answer = {dns::Points(kName, DnsType::kCname, kName)}},
                 RecordFinding::kLoop, "lead back to", RecordVerdict::kDiffers},
        FaultRow{"servfail", dns::Code(kServFail), RecordFinding::kRefused, "answers SERVFAIL",
                 RecordVerdict::kUnproven},
        FaultRow{"refused", dns::Code(kRefusedCode), RecordFinding::kRefused, "answers REFUSED",
                 RecordVerdict::kUnproven},
        FaultRow{"notauth", dns::Code(9), RecordFinding::kRefused, "answers NOTAUTH",
                 RecordVerdict::kUnproven},
        FaultRow{"unknown_code", dns::Code(23), RecordFinding::kRefused, "answers code 23",
                 RecordVerdict::kUnproven},
        FaultRow{"lame", DnsAnswer{.answer = {dns::Txt(kName, Strings(Wanted()))}},
                 RecordFinding::kRefused, "is not authoritative for example.com",
                 RecordVerdict::kUnproven},
        FaultRow{"refers_upwards",
                 DnsAnswer{.authority = {dns::Points("com", DnsType::kNs, "a.gtld.test")}},
                 RecordFinding::kRefused, "is not authoritative", RecordVerdict::kUnproven},
        FaultRow{
            "refers_to_itself",
            DnsAnswer{.authority = {dns::Points("example.com", DnsType::kNs, "ns1.example.com")}},
            RecordFinding::kRefused, "is not authoritative", RecordVerdict::kUnproven},
        FaultRow{"truncated_answer", DnsAnswer{.authoritative = true, .truncated = true},
                 RecordFinding::kRefused, "cuts its answer short", RecordVerdict::kUnproven},
        FaultRow{"time_out", dns::Fails(DnsFault::kTimeOut, "did not answer in time over TCP"),
                 RecordFinding::kNoAnswer, "did not answer in time", RecordVerdict::kUnproven},
        FaultRow{"tcp_refused", dns::Fails(DnsFault::kRefused, "refuses connections over TCP"),
                 RecordFinding::kNoAnswer, "refuses connections over TCP",
                 RecordVerdict::kUnproven},
        FaultRow{"wrong_id", dns::Fails(DnsFault::kNonsense, "sent an answer with another id"),
                 RecordFinding::kNoAnswer, "another id", RecordVerdict::kUnproven}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(DnsRecordCheckerTest, OneAddressOfAServerIsEnough) {
  client_.Says("192.0.2.1", kName, DnsType::kTxt, dns::Fails(DnsFault::kTimeOut, "was silent"));
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  EXPECT_EQ(check.servers[0].address, "2001:db8::1@53");
  EXPECT_EQ(check.servers[0].detail, "192.0.2.1@53 was silent");
}

TEST_F(DnsRecordCheckerTest, AnAddressThatAnswersOtherwiseIsTheAnswer) {
  client_.Says("192.0.2.1", kName, DnsType::kTxt, Record(Other()));
  EXPECT_EQ(Check().servers[0].finding, RecordFinding::kOtherKey);
  EXPECT_FALSE(client_.WasAsked("2001:db8::1", kName, DnsType::kTxt));
}

TEST_F(DnsRecordCheckerTest, AFamilyWithoutRouteIsSkippedAndSaid) {
  client_.HasNoRouteToIpv6();
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  EXPECT_EQ(check.skipped, "IPv6 (no route from this host)");
}

TEST_F(DnsRecordCheckerTest, AServerOfTheSkippedFamilyAloneIsNotProven) {
  client_.HasNoRouteToIpv6();
  AddAddress("ns1.example.com", DnsType::kA, "not an address");
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kUnproven);
  EXPECT_THAT(check.servers[0],
              Shows("ns1.example.com", RecordFinding::kNoAnswer, "has only IPv6 addresses"));
}

TEST_F(DnsRecordCheckerTest, Ipv6CanBeSwitchedOffAndForced) {
  client_.Says("192.0.2.1", kName, DnsType::kTxt, dns::Fails(DnsFault::kTimeOut, "was silent"));
  options_.ipv6 = Ipv6Use::kOff;
  EXPECT_EQ(Check().skipped, "IPv6 (switched off)");
  EXPECT_FALSE(client_.WasAsked("2001:db8::1", kName, DnsType::kTxt));
  client_.HasNoRouteToIpv6();
  options_.ipv6 = Ipv6Use::kOn;
  EXPECT_EQ(Check().skipped, "");
  EXPECT_TRUE(client_.WasAsked("2001:db8::1", kName, DnsType::kTxt));
}

TEST_F(DnsRecordCheckerTest, AWaivedServerMayBeSilent) {
  client_.Says("192.0.2.2", kName, DnsType::kTxt, dns::Code(kServFail));
  question_.waived = {"NS2.example.com."};
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  EXPECT_TRUE(check.servers[1].waived);
}

TEST_F(DnsRecordCheckerTest, WhatAWaivedServerAnswersCounts) {
  client_.Says("192.0.2.2", kName, DnsType::kTxt, Record(Other()));
  question_.waived = {"ns2.example.com"};
  EXPECT_EQ(Check().verdict, RecordVerdict::kDiffers);
}

TEST_F(DnsRecordCheckerTest, NeverTheLastServerIsWaived) {
  question_.waived = {"ns1.example.com", "ns2.example.com"};
  EXPECT_EQ(Check().verdict, RecordVerdict::kUnproven);
}

TEST_F(DnsRecordCheckerTest, UdpOnlyWhereAllowed) {
  client_.OverTcp("192.0.2.2", kName, DnsType::kTxt,
                  dns::Fails(DnsFault::kRefused, "refuses connections over TCP"));
  EXPECT_EQ(Check().verdict, RecordVerdict::kUnproven);
  EXPECT_FALSE(client_.WasAsked("192.0.2.2", kName, DnsType::kTxt, DnsTransport::kUdp));
  question_.udp = true;
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  EXPECT_THAT(check.servers[1],
              Shows("ns2.example.com", RecordFinding::kAsWished, "it refuses TCP"));
  EXPECT_FALSE(client_.WasAsked("192.0.2.1", kName, DnsType::kTxt, DnsTransport::kUdp));
}

TEST_F(DnsRecordCheckerTest, ACutAnswerOverUdpIsNone) {
  client_.OverTcp("192.0.2.2", kName, DnsType::kTxt, dns::Fails(DnsFault::kRefused, "refuses"));
  client_.OverUdp("192.0.2.2", kName, DnsType::kTxt,
                  DnsAnswer{.authoritative = true, .truncated = true});
  question_.udp = true;
  EXPECT_THAT(Check().servers[1], Shows("ns2.example.com", RecordFinding::kNoAnswer, "too long"));
}

TEST_F(DnsRecordCheckerTest, AResolverThatIsBehindDiffers) {
  client_.Says(kSecondResolver, kName, DnsType::kTxt,
               dns::NxDomain(dns::Soa("example.com", 900, 600)));
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kDiffers);
  EXPECT_EQ(check.resolvers[1].finding, RecordFinding::kMissing);
  EXPECT_FALSE(check.fetched);
}

TEST_F(DnsRecordCheckerTest, AResolverThatIsAwayProvesNothing) {
  client_.Says(kSecondResolver, kName, DnsType::kTxt, dns::Code(kServFail));
  EXPECT_EQ(Check().verdict, RecordVerdict::kUnproven);
}

TEST_F(DnsRecordCheckerTest, AServerForAResolverIsSaid) {
  DnsAnswer answer = Record(Wanted());
  answer.recursion_available = false;
  client_.Says(kSecondResolver, kName, DnsType::kTxt, answer);
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kUnproven);
  EXPECT_THAT(check.resolvers[1],
              Shows("192.0.2.54@53", RecordFinding::kRefused, "offers no recursion"));
}

TEST_F(DnsRecordCheckerTest, ServersOnlyLeavesTheResolversAlone) {
  question_.servers_only = true;
  EXPECT_EQ(Check().verdict, RecordVerdict::kProven);
  EXPECT_FALSE(client_.WasAsked(kResolver, kName, DnsType::kTxt));
}

TEST_F(DnsRecordCheckerTest, ResolversAreNeverAskedForNamesBelowTheDomain) {
  client_.Says("192.0.2.1", kName, DnsType::kTxt, dns::NxDomain(dns::Soa("example.com", 900, 600)));
  (void)Check();
  for (const DnsType type : {DnsType::kSoa, DnsType::kNs, DnsType::kTxt, DnsType::kA}) {
    EXPECT_FALSE(client_.WasAsked(kResolver, kName, type));
    EXPECT_FALSE(client_.WasAsked(kResolver, "_domainkey.example.com", type));
  }
}

TEST_F(DnsRecordCheckerTest, AbsenceIsProvenByEveryServer) {
  question_.wish = RecordWish::kAbsent;
  const auto gone = dns::NxDomain(dns::Soa("example.com", 900, 600));
  client_.Says("192.0.2.1", kName, DnsType::kTxt, gone);
  EXPECT_EQ(Check().verdict, RecordVerdict::kDiffers);
  client_.Says("192.0.2.2", kName, DnsType::kTxt, gone);
  for (const char* resolver : {kResolver, kSecondResolver}) {
    client_.Says(resolver, kName, DnsType::kTxt, gone);
  }
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  EXPECT_EQ(check.wait, std::chrono::seconds(600));
  EXPECT_FALSE(check.fetched);
}

TEST_F(DnsRecordCheckerTest, ARevokedRecordIsProvenByEveryServer) {
  question_.wish = RecordWish::kRevoked;
  EXPECT_EQ(Check().verdict, RecordVerdict::kDiffers);
  for (const char* server : {"192.0.2.1", "192.0.2.2", kResolver, kSecondResolver}) {
    client_.Says(server, kName, DnsType::kTxt, dns::Answer({dns::Txt(kName, {"v=DKIM1; p="})}));
  }
  EXPECT_EQ(Check().verdict, RecordVerdict::kProven);
}

// --- CNAMEs and delegations

TEST_F(DnsRecordCheckerTest, AnAliasIsFollowedToTheOtherZonesServers) {
  Alias("c1.dkim.example.net");
  AddProvider();
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  EXPECT_EQ(check.zone, "dkim.example.net");
  EXPECT_THAT(check.servers,
              ElementsAre(Shows("ns1.example.com", RecordFinding::kAsWished, "CNAME to c1.dkim"),
                          Shows("ns2.example.com", RecordFinding::kAsWished, "CNAME to c1.dkim"),
                          Shows("ns.example.net", RecordFinding::kAsWished, "")));
  EXPECT_EQ(check.servers[0].target, "c1.dkim.example.net");
  EXPECT_EQ(check.resolvers[0].target, "c1.dkim.example.net");
  EXPECT_EQ(check.wait, std::chrono::seconds(7200)) << "the CNAME's own TTL counts";
  EXPECT_FALSE(client_.WasAsked(kResolver, "c1.dkim.example.net", DnsType::kSoa));
}

TEST_F(DnsRecordCheckerTest, WhatAServerSaysOfAnotherZoneIsNotBelieved) {
  AddProvider();
  for (const char* server : {"192.0.2.1", "192.0.2.2"}) {
    client_.Says(server, kName, DnsType::kTxt,
                 dns::Answer({dns::Points(kName, DnsType::kCname, "c1.dkim.example.net"),
                              dns::Txt("c1.dkim.example.net", Strings(Wanted()))}));
  }
  client_.Says("198.51.100.1", "c1.dkim.example.net", DnsType::kTxt,
               Record(Other(), "c1.dkim.example.net"));
  EXPECT_EQ(Check().verdict, RecordVerdict::kDiffers);
}

TEST_F(DnsRecordCheckerTest, AnAliasAtOneServerOnlyDiffers) {
  AddProvider();
  Alias("c1.dkim.example.net");
  client_.Says("192.0.2.2", kName, DnsType::kTxt, dns::NxDomain(dns::Soa("example.com", 900, 600)));
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kDiffers);
  EXPECT_THAT(check.servers,
              ElementsAre(Shows("ns1.example.com", RecordFinding::kAsWished, "CNAME"),
                          Shows("ns2.example.com", RecordFinding::kMissing, ""),
                          Shows("ns.example.net", RecordFinding::kAsWished, "")));
}

TEST_F(DnsRecordCheckerTest, AnAliasWithinTheZoneIsAskedForAtTheSameServer) {
  Alias("pool-a._domainkey.example.com");
  for (const char* server : {"192.0.2.1", "192.0.2.2"}) {
    client_.Says(server, "pool-a._domainkey.example.com", DnsType::kTxt,
                 Record(Wanted(), "pool-a._domainkey.example.com"));
  }
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  ASSERT_EQ(check.servers.size(), 2U);
  EXPECT_EQ(check.servers[0].target, "pool-a._domainkey.example.com");
  EXPECT_EQ(check.servers[0].ttl, std::chrono::seconds(7200));
}

TEST_F(DnsRecordCheckerTest, ACircleThroughTwoZonesIsFound) {
  AddProvider();
  Alias("c1.dkim.example.net");
  client_.Says("198.51.100.1", "c1.dkim.example.net", DnsType::kTxt,
               dns::Answer({dns::Points("c1.dkim.example.net", DnsType::kCname, kName)}));
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kDiffers);
  EXPECT_THAT(check.servers.back(), Shows("ns.example.net", RecordFinding::kLoop, "lead back to"));
}

TEST_F(DnsRecordCheckerTest, MoreThanEightAliasesAreTooMany) {
  const auto name = [](int i) {
    return i == 0 ? std::string(kName) : "a" + std::to_string(i) + ".example.com";
  };
  for (const char* server : {"192.0.2.1", "192.0.2.2"}) {
    for (int i = 0; i < 9; ++i) {
      client_.Says(server, name(i), DnsType::kTxt,
                   dns::Answer({dns::Points(name(i), DnsType::kCname, name(i + 1))}));
    }
    client_.Says(server, name(8), DnsType::kTxt, Record(Wanted(), name(8).c_str()));
  }
  EXPECT_EQ(Check().verdict, RecordVerdict::kProven) << "eight are allowed";
  for (const char* server : {"192.0.2.1", "192.0.2.2"}) {
    client_.Says(server, name(8), DnsType::kTxt,
                 dns::Answer({dns::Points(name(8), DnsType::kCname, name(9))}));
    client_.Says(server, name(9), DnsType::kTxt, Record(Wanted(), name(9).c_str()));
  }
  EXPECT_THAT(Check().servers[0],
              Shows("ns1.example.com", RecordFinding::kLoop, "more than 8 CNAMEs"));
}

TEST_F(DnsRecordCheckerTest, ServersThatSendUsEverywhereAreStopped) {
  AddZone("example.net", {"ns.example.net"});
  AddAddress("ns.example.net", DnsType::kA, "198.51.100.1");
  std::vector<std::string> servers;
  for (int i = 0; i < 20; ++i) {
    const std::string server = "n" + std::to_string(i) + ".example.com";
    const std::string address = "203.0.113." + std::to_string(i + 1);
    servers.push_back(server);
    AddAddress(server, DnsType::kA, address);
    client_.Says(address, kName, DnsType::kTxt,
                 dns::Answer({dns::Points(kName, DnsType::kCname,
                                          "c" + std::to_string(i) + ".example.net")}));
  }
  AddZone("example.com", servers);
  const RecordCheck check = Check();
  EXPECT_NE(check.verdict, RecordVerdict::kProven);
  EXPECT_THAT(check.problem, HasSubstr("more than 16 zones"));
}

TEST_F(DnsRecordCheckerTest, ADelegationBelowTheDomainIsFollowed) {
  AddAddress("ns.keys.test", DnsType::kA, "198.51.100.7");
  for (const char* server : {"192.0.2.1", "192.0.2.2"}) {
    client_.Says(server, kName, DnsType::kTxt,
                 DnsAnswer{.authority = {dns::Points("_domainkey.example.com", DnsType::kNs,
                                                     "ns.keys.test", 172800)}});
  }
  client_.Says("198.51.100.7", kName, DnsType::kTxt, Record(Wanted()));
  client_.Says("198.51.100.7", "_domainkey.example.com", DnsType::kSoa,
               dns::Answer({dns::Soa("_domainkey.example.com", 60, 60)}));
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  EXPECT_EQ(check.zone, "_domainkey.example.com");
  EXPECT_THAT(check.servers.back(), Shows("ns.keys.test", RecordFinding::kAsWished, ""));
  EXPECT_EQ(check.wait, std::chrono::seconds(600)) << "a delegation's TTL is not the record's";
}

// --- the way to the servers

TEST_F(DnsRecordCheckerTest, TheZoneIsThatOfTheSoaAboveTheDomain) {
  question_.domain = sample::DomainOf("mail.example.com");
  client_.Says(kResolver, "mail.example.com", DnsType::kSoa,
               dns::NxDomain(dns::Soa("example.com", 900, 600)));
  EXPECT_EQ(Check().zone, "example.com");
}

TEST_F(DnsRecordCheckerTest, AnAliasedDomainHasItsOwnZone) {
  question_.domain = sample::DomainOf("mail.example.com");
  client_.Says(kResolver, "mail.example.com", DnsType::kSoa,
               dns::Answer({dns::Points("mail.example.com", DnsType::kCname, "x.example.net")},
                           {dns::Soa("example.net", 900, 600)}));
  EXPECT_EQ(Check().zone, "example.com");
}

TEST_F(DnsRecordCheckerTest, ResolversThatFailAreAProblemNotADifference) {
  for (const char* resolver : {kResolver, kSecondResolver}) {
    client_.Says(resolver, "example.com", DnsType::kSoa, dns::Code(kServFail));
  }
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kUnproven);
  EXPECT_THAT(check.problem, HasSubstr("a resolver answers SERVFAIL"));
  EXPECT_THAT(check.servers, IsEmpty());
}

TEST_F(DnsRecordCheckerTest, TheSecondResolverIsAskedWhereTheFirstFails) {
  client_.Says(kResolver, "example.com", DnsType::kSoa, dns::Fails(DnsFault::kTimeOut, "silent"));
  client_.Says(kSecondResolver, "example.com", DnsType::kSoa,
               dns::Answer({dns::Soa("example.com", 900, 600)}));
  EXPECT_EQ(Check().verdict, RecordVerdict::kProven);
}

TEST_F(DnsRecordCheckerTest, TooManyServersAreAProblem) {
  std::vector<std::string> servers;
  for (int i = 0; i < 33; ++i) servers.push_back("n" + std::to_string(i) + ".example.com");
  AddZone("example.com", servers);
  EXPECT_THAT(Check().problem, HasSubstr("names 33 servers"));
}

TEST_F(DnsRecordCheckerTest, AServerWithoutAddressIsNotProven) {
  AddZone("example.com", {"ns1.example.com", "gone.example.com"});
  EXPECT_THAT(Check().servers[0],
              Shows("gone.example.com", RecordFinding::kNoAnswer, "has no address"));
}

TEST_F(DnsRecordCheckerTest, ConfiguredServersNeedNoResolver) {
  options_.resolvers.clear();
  const auto address = ServerAddress::Parse("203.0.113.1@5300").value();
  options_.authorities = {{"com", {{"wrong", ServerAddress::Parse("203.0.113.9").value()}}},
                          {"example.com", {{"hidden", address}}}};
  client_.Says("203.0.113.1", kName, DnsType::kTxt, Record(Wanted()));
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  ASSERT_EQ(check.servers.size(), 1U);
  EXPECT_EQ(check.servers[0].address, "203.0.113.1@5300");
}

// --- resolvers alone

TEST_F(DnsRecordCheckerTest, ResolversAloneProveWhereThatIsThePolicy) {
  question_.proof = ProofBy::kResolvers;
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  EXPECT_EQ(check.proof, ProofBy::kResolvers);
  EXPECT_EQ(check.fetched, Wanted());
  EXPECT_EQ(check.wait, std::chrono::seconds(600));
  EXPECT_THAT(check.servers, IsEmpty());
  EXPECT_FALSE(client_.WasAsked("192.0.2.1", kName, DnsType::kTxt));
}

TEST_F(DnsRecordCheckerTest, OneResolverAloneIsNoProof) {
  question_.proof = ProofBy::kResolvers;
  options_.resolvers.pop_back();
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kUnproven);
  EXPECT_THAT(check.problem, HasSubstr("two at least"));
}

// --- DNSSEC

TEST_F(DnsRecordCheckerTest, DnssecIsShown) {
  EXPECT_EQ(Check().dnssec, Dnssec::kUnsigned);
  DnsAnswer is_signed = Record(Wanted());
  is_signed.has_signatures = true;
  client_.Says("192.0.2.1", kName, DnsType::kTxt, is_signed);
  EXPECT_EQ(Check().dnssec, Dnssec::kSigned);
  is_signed.authenticated = true;
  client_.Says(kResolver, kName, DnsType::kTxt, is_signed);
  EXPECT_EQ(Check().dnssec, Dnssec::kSigned) << "one of two resolvers does not validate";
  client_.Says(kSecondResolver, kName, DnsType::kTxt, is_signed);
  EXPECT_EQ(Check().dnssec, Dnssec::kValidated);
}

TEST_F(DnsRecordCheckerTest, ANameThatIsTooLongIsAProblem) {
  question_.selector = sample::SelectorOf(std::string(60, 'a') + "." + std::string(60, 'b') + "." +
                                          std::string(60, 'c') + "." + std::string(60, 'd'));
  EXPECT_THAT(Check().problem, HasSubstr("253"));
}

}  // namespace
}  // namespace dkimkeeper
