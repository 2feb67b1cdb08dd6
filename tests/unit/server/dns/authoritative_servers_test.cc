#include "server/dns/authoritative_servers.h"

#include <gmock/gmock.h>

#include "tests/unit/server/dns/dns_check_fixture.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

using AuthoritativeServersTest = DnsCheckTest;

TEST_F(AuthoritativeServersTest, TheZoneIsThatOfTheSoaAboveTheDomain) {
  question_.domain = sample::DomainOf("mail.example.com");
  client_.Says(kResolver, "mail.example.com", DnsType::kSoa,
               dns::NxDomain(dns::Soa("example.com", 900, 600)));
  EXPECT_EQ(Check().zone, "example.com");
}

TEST_F(AuthoritativeServersTest, AnAliasedDomainHasItsOwnZone) {
  question_.domain = sample::DomainOf("mail.example.com");
  client_.Says(kResolver, "mail.example.com", DnsType::kSoa,
               dns::Answer({dns::Points("mail.example.com", DnsType::kCname, "x.example.net")},
                           {dns::Soa("example.net", 900, 600)}));
  EXPECT_EQ(Check().zone, "example.com");
}

TEST_F(AuthoritativeServersTest, ResolversThatFailAreAProblemNotADifference) {
  for (const char* resolver : {kResolver, kSecondResolver}) {
    client_.Says(resolver, "example.com", DnsType::kSoa, dns::Code(kServFail));
  }
  const RecordCheck check = Check();
  EXPECT_EQ(check.verdict, RecordVerdict::kUnproven);
  EXPECT_THAT(check.problem, HasSubstr("a resolver answers SERVFAIL"));
  EXPECT_THAT(check.servers, IsEmpty());
}

TEST_F(AuthoritativeServersTest, TheSecondResolverIsAskedWhereTheFirstFails) {
  client_.Says(kResolver, "example.com", DnsType::kSoa, dns::Fails(DnsFault::kTimeOut, "silent"));
  client_.Says(kSecondResolver, "example.com", DnsType::kSoa,
               dns::Answer({dns::Soa("example.com", 900, 600)}));
  EXPECT_EQ(Check().verdict, RecordVerdict::kProven);
}

TEST_F(AuthoritativeServersTest, TooManyServersAreAProblem) {
  std::vector<std::string> servers;
  for (int i = 0; i < 33; ++i) servers.push_back("n" + std::to_string(i) + ".example.com");
  AddZone("example.com", servers);
  EXPECT_THAT(Check().problem, HasSubstr("names 33 servers"));
}

TEST_F(AuthoritativeServersTest, AServerWithoutAddressIsNotProven) {
  AddZone("example.com", {"ns1.example.com", "gone.example.com"});
  EXPECT_THAT(Check().servers[0],
              Shows("gone.example.com", RecordFinding::kNoAnswer, "has no address"));
}

TEST_F(AuthoritativeServersTest, ConfiguredServersNeedNoResolver) {
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

}  // namespace
}  // namespace dkimkeeper
