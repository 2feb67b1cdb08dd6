#include "server/dns/chain_walk.h"

#include <gmock/gmock.h>

#include "tests/unit/server/dns/dns_check_fixture.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using ChainWalkTest = DnsCheckTest;

TEST_F(ChainWalkTest, AnAliasIsFollowedToTheOtherZonesServers) {
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

TEST_F(ChainWalkTest, WhatAServerSaysOfAnotherZoneIsNotBelieved) {
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

TEST_F(ChainWalkTest, AnAliasAtOneServerOnlyDiffers) {
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

TEST_F(ChainWalkTest, AnAliasWithinTheZoneIsAskedForAtTheSameServer) {
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

TEST_F(ChainWalkTest, ACircleThroughTwoZonesIsFound) {
  AddProvider();
  Alias("c1.dkim.example.net");
  client_.Says("198.51.100.1", "c1.dkim.example.net", DnsType::kTxt,
               dns::Answer({dns::Points("c1.dkim.example.net", DnsType::kCname, kName)}));
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kDiffers);
  EXPECT_THAT(check.servers.back(), Shows("ns.example.net", RecordFinding::kLoop, "lead back to"));
}

TEST_F(ChainWalkTest, MoreThanEightAliasesAreTooMany) {
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

TEST_F(ChainWalkTest, ServersThatSendUsEverywhereAreStopped) {
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

TEST_F(ChainWalkTest, ADelegationBelowTheDomainIsFollowed) {
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

}  // namespace
}  // namespace dkimkeeper
