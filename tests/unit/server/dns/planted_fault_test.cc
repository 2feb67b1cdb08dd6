// Each fault that one of two servers can show, and what a check makes of it.
#include <gmock/gmock.h>

#include "tests/unit/server/dns/dns_check_fixture.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct FaultRow {
  const char* name;
  DnsReply reply;
  RecordFinding finding;
  const char* detail;
  RecordVerdict verdict;
};
void PrintTo(const FaultRow& row, std::ostream* out) { *out << row.name; }

class PlantedFaultTest : public DnsCheckTest, public testing::WithParamInterface<FaultRow> {};

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

}  // namespace
}  // namespace dkimkeeper
