// What a check says of each planted fault, with Knot DNS and BIND as the two servers of a zone, a
// provider's zone behind CNAMEs, and BIND as the resolver.
#include <gmock/gmock.h>

#include <iostream>
#include <memory>

#include "proto/dkim/key_record.h"
#include "server/dns/dns_record_checker.h"
#include "server/dns/record_check.h"
#include "server/dns/socket_dns_client.h"
#include "tests/fakes/lying_name_server.h"
#include "tests/fakes/sample_keys.h"
#include "tests/fakes/software_key.h"
#include "tests/fakes/zone_server.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

const PublicKey& Wanted() {
  static const PublicKey key = SoftwareKey::Rsa(2048).public_key();
  return key;
}

// One line of a zone file: the strings as DNS has them, quoted.
std::string Line(const std::string& selector, const std::vector<std::string>& strings) {
  std::string line = selector + "._domainkey TXT";
  for (const std::string& part : strings) {
    line += " \"";
    for (const char c : part)
      line += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    line += "\"";
  }
  return line + "\n";
}

std::vector<std::string> Strings(const PublicKey& key) {
  return SplitCharacterStrings(RenderKeyRecord({.public_key = key}));
}

std::string Faults() {
  const auto strings = Strings(Wanted());
  return Line("good", strings) + Line("wrong", Strings(SoftwareKey::Rsa(2048).public_key())) +
         Line("two", strings) + Line("two", {"v=DKIM1; p="}) +
         Line("quoted",
              SplitCharacterStrings("\"" + RenderKeyRecord({.public_key = Wanted()}) + "\"")) +
         Line("cut", {strings[0]}) + Line("torn", {strings[0]}) + Line("torn", {strings[1]}) +
         Line("revoked", {"v=DKIM1; p="}) +
         "alias._domainkey CNAME c1.keys.provider.test.\n"
         "dangling._domainkey CNAME gone.keys.provider.test.\n"
         "inner._domainkey CNAME good._domainkey\n"
         "loop._domainkey CNAME loop2._domainkey\nloop2._domainkey CNAME loop._domainkey\n"
         "circle._domainkey CNAME circle.keys.provider.test.\n";
}

// A table as people are shown it.
void Print(const RecordCheck& check) {
  std::cout << check.name << ": "
            << (check.verdict == RecordVerdict::kProven    ? "proven"
                : check.verdict == RecordVerdict::kDiffers ? "differs"
                                                           : "unproven")
            << ", wait " << check.wait.count() << " s\n";
  for (const auto* answers : {&check.servers, &check.resolvers}) {
    for (const ServerAnswer& answer : *answers) {
      std::cout << "  " << answer.server << " " << answer.address << "  "
                << RecordFindingName(answer.finding) << "  " << answer.detail << "\n";
    }
  }
  if (!check.problem.empty()) std::cout << "  " << check.problem << "\n";
}

class DnsCheckStory : public testing::Test {
 protected:
  DnsCheckStory() {
    const std::string extra = Line("lagging", Strings(Wanted()));
    const std::string provider = "c1.keys TXT \"" + Strings(Wanted())[0] + "\" \"" +
                                 Strings(Wanted())[1] +
                                 "\"\ncircle.keys CNAME circle._domainkey.example.test.\n";
    const std::string faults = Faults();
    knot_ = std::make_unique<ZoneServer>(ZoneServer::Kind::kKnot,
                                         ZoneServer::Zones{{"example.test", faults + extra}});
    bind_ = std::make_unique<ZoneServer>(
        ZoneServer::Kind::kBind,
        ZoneServer::Zones{{"example.test", faults}, {"provider.test", provider}});
    resolver_ = std::make_unique<ZoneServer>(std::map<std::string, ServerAddress>{
        {"example.test", knot_->address()}, {"provider.test", bind_->address()}});
    options_.resolvers = {resolver_->address()};
    options_.authorities = {
        {"example.test", {{"knot.test", knot_->address()}, {"bind.test", bind_->address()}}},
        {"provider.test", {{"bind.test", bind_->address()}}}};
  }

  RecordCheck Check(const char* selector, RecordWish wish = RecordWish::kKey) {
    RecordCheck check = DnsRecordChecker(client_, options_)
                            .Check({.domain = sample::DomainOf("example.test"),
                                    .selector = sample::SelectorOf(selector),
                                    .wish = wish,
                                    .public_key = Wanted(),
                                    .udp = udp_},
                                   sample::Minute(0));
    Print(check);
    return check;
  }

  SocketDnsClient client_;
  std::unique_ptr<ZoneServer> knot_;
  std::unique_ptr<ZoneServer> bind_;
  std::unique_ptr<ZoneServer> resolver_;
  DnsOptions options_;
  bool udp_ = false;
};

TEST_F(DnsCheckStory, ARecordInPlaceIsProven) {
  const RecordCheck check = Check("good");
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  EXPECT_EQ(check.fetched, Wanted());
  EXPECT_EQ(check.wait, std::chrono::seconds(600)) << "the SOA record's minimum";
  EXPECT_EQ(check.dnssec, Dnssec::kUnsigned);
  ASSERT_EQ(check.resolvers.size(), 1U);
  EXPECT_EQ(check.resolvers[0].finding, RecordFinding::kAsWished);
}

TEST_F(DnsCheckStory, EachFaultIsSeenAtBothServers) {
  const struct {
    const char* selector;
    RecordFinding finding;
    const char* detail;
  } rows[] = {{"missing", RecordFinding::kMissing, "no TXT record"},
              {"wrong", RecordFinding::kOtherKey, "p= differs from octet"},
              {"two", RecordFinding::kSeveral, "is of this key; remove the others"},
              {"quoted", RecordFinding::kMalformed, "quoted twice"},
              {"cut", RecordFinding::kMalformed, "the record's second string is missing"},
              {"torn", RecordFinding::kSeveral, "the strings of one record"},
              {"revoked", RecordFinding::kRevoked, "p= is empty"},
              {"loop", RecordFinding::kLoop, "lead back to"}};
  for (const auto& row : rows) {
    const RecordCheck check = Check(row.selector);
    EXPECT_EQ(check.verdict, RecordVerdict::kDiffers) << row.selector;
    ASSERT_EQ(check.servers.size(), 2U) << row.selector;
    for (const ServerAnswer& answer : check.servers) {
      EXPECT_EQ(answer.finding, row.finding) << row.selector << " at " << answer.server;
      EXPECT_THAT(answer.detail, HasSubstr(row.detail)) << row.selector << " at " << answer.server;
    }
    EXPECT_TRUE(check.resolvers.empty()) << row.selector;
  }
}

TEST_F(DnsCheckStory, AServerThatLagsIsNamed) {
  const RecordCheck check = Check("lagging");
  EXPECT_EQ(check.verdict, RecordVerdict::kDiffers);
  ASSERT_EQ(check.servers.size(), 2U);
  EXPECT_EQ(check.servers[0].finding, RecordFinding::kAsWished);
  EXPECT_EQ(check.servers[1].finding, RecordFinding::kMissing);
  EXPECT_EQ(check.servers[1].ttl, std::chrono::seconds(600));
}

TEST_F(DnsCheckStory, AliasesLeadToTheProvidersServers) {
  RecordCheck check = Check("alias");
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  EXPECT_EQ(check.zone, "provider.test");
  EXPECT_EQ(check.servers.size(), 3U);
  check = Check("inner");
  EXPECT_EQ(check.verdict, RecordVerdict::kProven);
  EXPECT_EQ(check.servers.size(), 2U);
  check = Check("dangling");
  EXPECT_EQ(check.verdict, RecordVerdict::kDiffers);
  EXPECT_EQ(check.servers.back().finding, RecordFinding::kMissing);
  check = Check("circle");
  EXPECT_EQ(check.verdict, RecordVerdict::kDiffers);
  EXPECT_EQ(check.servers.back().finding, RecordFinding::kLoop);
}

TEST_F(DnsCheckStory, RevokedAndAbsentRecordsAreProven) {
  EXPECT_EQ(Check("revoked", RecordWish::kRevoked).verdict, RecordVerdict::kProven);
  EXPECT_EQ(Check("missing", RecordWish::kAbsent).verdict, RecordVerdict::kProven);
  EXPECT_EQ(Check("good", RecordWish::kAbsent).verdict, RecordVerdict::kDiffers);
}

TEST_F(DnsCheckStory, AServerThatIsDownProvesNothingAndChangesNothing) {
  knot_->Stop();
  const RecordCheck check = Check("missing");
  EXPECT_EQ(check.servers[0].finding, RecordFinding::kNoAnswer);
  EXPECT_THAT(check.servers[0].detail, HasSubstr("refuses connections over TCP"));
  EXPECT_EQ(Check("good").verdict, RecordVerdict::kUnproven);
}

TEST_F(DnsCheckStory, AServerOfAnotherZoneIsNotAuthoritative) {
  options_.authorities[1] = {"provider.test", {{"knot.test", knot_->address()}}};
  const RecordCheck check = Check("alias");
  EXPECT_EQ(check.verdict, RecordVerdict::kUnproven);
  EXPECT_EQ(check.servers.back().finding, RecordFinding::kRefused);
  EXPECT_THAT(check.servers.back().detail, HasSubstr("answers REFUSED"));
}

TEST_F(DnsCheckStory, AnAnswerWithAnotherIdAmongTrueOnesProvesNothing) {
  LyingNameServer liar([](const std::string& query) {
    std::string answer = query;
    answer[0] = static_cast<char>(answer[0] ^ 1);
    answer[2] = static_cast<char>(0x84);
    return std::vector{answer};
  });
  options_.authorities[0].servers.push_back({"liar.test", liar.address()});
  const RecordCheck check = Check("good");
  EXPECT_EQ(check.verdict, RecordVerdict::kUnproven);
  EXPECT_THAT(check.servers.back().detail, HasSubstr("another id"));
}

TEST_F(DnsCheckStory, ServersThatHangEndInOneTimeLimitNotOneEach) {
  LyingNameServer silent([](const std::string&) { return std::vector<std::string>(); });
  options_.time_limit = std::chrono::milliseconds(200);
  for (int i = 0; i < 30; ++i) {
    options_.authorities[0].servers.push_back(
        {"s" + std::to_string(i) + ".test", silent.address()});
  }
  const RecordCheck check = Check("good");
  EXPECT_EQ(check.verdict, RecordVerdict::kUnproven);
  EXPECT_EQ(check.servers.back().finding, RecordFinding::kNoAnswer);
}

TEST(DnsCheckSignedStory, SignaturesAreSeen) {
  const ZoneServer knot(ZoneServer::Kind::kKnot,
                        {{"example.test", Line("good", Strings(Wanted()))}},
                        ZoneServer::Signing::kDnssec);
  SocketDnsClient client;
  DnsOptions options;
  options.authorities = {{"example.test", {{"knot.test", knot.address()}}}};
  const RecordCheck check = DnsRecordChecker(client, options)
                                .Check({.domain = sample::DomainOf("example.test"),
                                        .selector = sample::SelectorOf("good"),
                                        .public_key = Wanted()},
                                       sample::Minute(0));
  EXPECT_EQ(check.verdict, RecordVerdict::kProven) << check.problem;
  EXPECT_EQ(check.dnssec, Dnssec::kSigned);
}

}  // namespace
}  // namespace dkimkeeper
