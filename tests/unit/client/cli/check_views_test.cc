#include "client/cli/check_views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/json.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kNow = 1'751'371'380'000;

v1::RecordCheck Check(const char* verdict) {
  v1::RecordCheck check;
  check.set_domain("example.com");
  check.set_selector("s1");
  check.set_name("s1._domainkey.example.com");
  check.set_zone("example.com");
  check.set_wish("key");
  check.set_verdict(verdict);
  check.set_at_ms(kNow);
  check.set_expected("v=DKIM1; k=rsa; p=AQIDBA");
  return check;
}

void Answer(v1::RecordCheck& check, const char* server, const char* finding, const char* value) {
  v1::ServerAnswer* answer = check.add_servers();
  answer->set_server(server);
  answer->set_address("192.0.2.1:53");
  answer->set_finding(finding);
  answer->set_value(value);
  answer->set_ttl(300);
}

TEST(CheckViews, AProvenRecordIsATableAndAVerdict) {
  v1::RecordCheck check = Check("proven");
  Answer(check, "ns1.example.net", "as wished", "v=DKIM1; k=rsa; p=AQIDBA");
  v1::ServerAnswer* resolver = check.add_resolvers();
  resolver->set_server("9.9.9.9");
  resolver->set_finding("as wished");
  check.set_wait(60);
  EXPECT_TRUE(IsAsWished(check));
  const std::string text = ShowCheck(check, kNow);
  EXPECT_THAT(text, HasSubstr("ns1.example.net  192.0.2.1:53  as wished  300\n"));
  EXPECT_THAT(text, HasSubstr("RESOLVER"));
  EXPECT_THAT(text, HasSubstr("proven: every server shows the key; others may remember what was "
                              "there before for 60 s\n"));
  EXPECT_THAT(text, Not(HasSubstr("expected")));
  EXPECT_EQ(ToJson(check).at("servers").at(0).at("finding"), "as wished");
  check.set_proof("resolvers");
  EXPECT_THAT(ShowCheck(check, kNow), HasSubstr("proven, weakly"));
}

TEST(CheckViews, EachFindingHasAWayOut) {
  for (const auto& [finding, remedy] : std::initializer_list<std::pair<const char*, const char*>>{
           {"missing", "create the record there"},
           {"another key", "replace the record there"},
           {"several records", "leave one TXT record"},
           {"malformed", "lost quotes"},
           {"revoked", "put the key back"},
           {"still there", "remove the record there"},
           {"CNAME loop", "lead to one name"},
           {"refused", "answer for this zone"},
           {"no answer", "port 53"},
           {"of a newer server", "look there"}}) {
    v1::RecordCheck check = Check("differs");
    Answer(check, "ns2.example.net", finding, "");
    EXPECT_FALSE(IsAsWished(check));
    EXPECT_THAT(ShowCheck(check, kNow), HasSubstr("ns2.example.net: " + std::string(finding)));
    EXPECT_THAT(ShowCheck(check, kNow), HasSubstr(remedy)) << finding;
  }
}

TEST(CheckViews, ServersThatShowTheSameWrongValueAreNamedTogether) {
  v1::RecordCheck check = Check("differs");
  Answer(check, "ns1", "another key", "v=DKIM1; k=rsa; p=AQIEBA");
  Answer(check, "ns2", "another key", "v=DKIM1; k=rsa; p=AQIEBA");
  const std::string text = ShowCheck(check, kNow);
  EXPECT_THAT(text, HasSubstr("\nns1, ns2:\n  expected  p=AQIDBA\n  found     p=AQIEBA\n"));
  EXPECT_THAT(text, HasSubstr("`dkimkeeper dns record example.com s1`"));
}

TEST(CheckViews, AServerThatIsBehindTheOthersHasAnOldZone) {
  v1::RecordCheck check = Check("differs");
  Answer(check, "ns1", "as wished", "v=DKIM1; k=rsa; p=AQIDBA");
  Answer(check, "ns2", "missing", "");
  EXPECT_THAT(ShowCheck(check, kNow), HasSubstr("ns2: missing: others are as they should be"));
}

TEST(CheckViews, SeveralRecordsHaveNoValueToCompare) {
  v1::RecordCheck check = Check("differs");
  Answer(check, "ns1", "several records", "v=DKIM1; k=rsa; p=AQIEBA");
  EXPECT_THAT(ShowCheck(check, kNow), Not(HasSubstr("expected")));
}

TEST(CheckViews, WhereNoServerShowsAnythingTheRecordIsNoRemedy) {
  v1::RecordCheck check = Check("unproven");
  Answer(check, "ns1", "no answer", "");
  EXPECT_THAT(ShowCheck(check, kNow), Not(HasSubstr("dkimkeeper dns record")));
}

TEST(CheckViews, AWaivedServerNeedsNothing) {
  v1::RecordCheck check = Check("proven");
  Answer(check, "ns3", "no answer", "");
  check.mutable_servers(0)->set_waived(true);
  EXPECT_THAT(ShowCheck(check, kNow), HasSubstr("no answer (waived)"));
  EXPECT_THAT(ShowCheck(check, kNow), Not(HasSubstr("port 53")));
}

TEST(CheckViews, WithoutServersTheProblemIsTold) {
  v1::RecordCheck check = Check("unproven");
  check.set_problem("the zone has no name servers");
  EXPECT_THAT(ShowCheck(check, kNow), HasSubstr("unproven: the zone has no name servers\n"));
}

TEST(CheckViews, WhatOthersPublishedCannotSteerATerminal) {
  v1::RecordCheck check = Check("differs");
  Answer(check, "ns1\033[2J", "malformed", "\033]0;x\007\xff");
  const std::string text = ShowCheck(check, kNow);
  EXPECT_THAT(text, Not(HasSubstr("\033")));
  EXPECT_THAT(text, Not(HasSubstr("\007")));
}

TEST(PointAtDifference, TheCaretStandsUnderTheFirstOctetThatDiffers) {
  EXPECT_EQ(PointAtDifference("v=DKIM1; p=AQIDBA", "v=DKIM1; p=AQIEBA"),
            "  expected  p=AQIDBA\n"
            "  found     p=AQIEBA\n"
            "                 ^ octet 4\n");
  EXPECT_EQ(PointAtDifference("v=DKIM1; p=AQIDBA", "v=DKIM1; p=AQ"),
            "  expected  p=AQIDBA\n"
            "  found     p=AQ\n"
            "                ^ octet 3\n");
}

TEST(PointAtDifference, LongKeysAreCutAroundIt) {
  const std::string key(400, 'A');
  std::string other = key;
  other[200] = 'B';
  const std::string text = PointAtDifference("p=" + key, "p=" + other);
  std::istringstream lines(text);
  std::string expected;
  std::string found;
  std::string caret;
  std::getline(lines, expected);
  std::getline(lines, found);
  std::getline(lines, caret);
  EXPECT_EQ(found.at(caret.find('^')), 'B') << text;
  EXPECT_LT(found.size(), 100U);
  EXPECT_THAT(caret, HasSubstr("octet 201"));
}

TEST(PointAtDifference, WhereTheKeysAgreeTheWholeValuesAreCompared) {
  EXPECT_THAT(PointAtDifference("v=DKIM1; p=AQID", "v=DKIM2; p=AQID"), HasSubstr("octet 7"));
  EXPECT_THAT(PointAtDifference("v=DKIM1; p=AQID", "AQID"), HasSubstr("octet 1"));
  EXPECT_EQ(PointAtDifference("v=DKIM1; p=AQID", "v=DKIM1; p=AQID"), "");
}

}  // namespace
}  // namespace dkimkeeper
