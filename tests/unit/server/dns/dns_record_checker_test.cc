#include "server/dns/dns_record_checker.h"

#include <gmock/gmock.h>

#include "server/dns/answer_reading.h"
#include "tests/unit/server/dns/dns_check_fixture.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using DnsRecordCheckerTest = DnsCheckTest;

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
