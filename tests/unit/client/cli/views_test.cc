#include "client/cli/views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/dns_records.h"
#include "client/cli/json.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kNow = 1'751'371'380'000;

v1::Key ActiveKey() {
  v1::Key key;
  key.set_domain("example.com");
  key.set_sender("default");
  key.set_selector("s1");
  key.set_algorithm(v1::ALGORITHM_RSA_SHA256);
  key.set_rsa_bits(2048);
  key.set_state(v1::KEY_STATE_ACTIVE);
  key.set_origin(v1::KEY_ORIGIN_GENERATED);
  key.set_public_key("\x01\x02\x03");
  key.set_record_name("s1._domainkey.example.com");
  key.set_record_value("v=DKIM1; k=rsa; p=AQID");
  key.set_created_at_ms(kNow - 86'400'000LL * 3);
  key.set_next_action("hand-over window ends");
  key.set_next_action_at_ms(kNow + 3'600'000LL * 5);
  return key;
}

TEST(Views, AKeyIsOneLineOfAList) {
  const std::string text = ShowKeys({ActiveKey()}, kNow);
  EXPECT_THAT(text, HasSubstr("DOMAIN       SENDER   SELECTOR  ALGORITHM        STATE"));
  EXPECT_THAT(text, HasSubstr("example.com  default  s1        rsa-sha256 2048  ACTIVE"));
  EXPECT_THAT(text, HasSubstr("(3 d ago)"));
  EXPECT_THAT(text, HasSubstr("hand-over window ends in 5 h\n"));
}

TEST(Views, AKeyAloneShowsWhatIsSetAndNoMore) {
  v1::Key key = ActiveKey();
  EXPECT_THAT(ShowKey(key, kNow), Not(HasSubstr("Revoked")));
  key.set_compromised(true);
  key.set_override_reason("drill");
  key.set_override_by("uri:a");
  key.add_lacks("CKA_LOCAL is false");
  EXPECT_THAT(ShowKey(key, kNow), HasSubstr("ACTIVE, compromised"));
  EXPECT_THAT(ShowKey(key, kNow), HasSubstr("drill (by uri:a)"));
  EXPECT_THAT(ShowKey(key, kNow), HasSubstr("CKA_LOCAL is false"));
}

TEST(Views, StatusShowsAlarmsOnlyWhereThereAreSome) {
  v1::GetStatusResponse status;
  status.set_version("1.2");
  (*status.mutable_keys_by_state())["ACTIVE"] = 12;
  EXPECT_THAT(ShowStatus(status, kNow), HasSubstr("12 ACTIVE"));
  EXPECT_THAT(ShowStatus(status, kNow), Not(HasSubstr("Alarms")));
  v1::Alarm* alarm = status.add_alarms();
  alarm->set_name("key.missing");
  alarm->set_message("look\nhere");
  EXPECT_THAT(ShowStatus(status, kNow), HasSubstr("Alarms\nNAME"));
  EXPECT_THAT(ShowStatus(status, kNow), HasSubstr("look?here"));
}

TEST(Views, ADomainShowsItsUnicodeFormWhereItDiffers) {
  v1::Domain domain;
  domain.set_domain("example.com");
  domain.set_unicode("example.com");
  domain.add_senders("default");
  domain.add_senders("news");
  EXPECT_THAT(ShowDomain(domain, kNow), Not(HasSubstr("Unicode")));
  EXPECT_THAT(ShowDomain(domain, kNow), HasSubstr("default, news"));
  domain.set_unicode(
      "b\xc3\xbc"
      "cher.example");
  EXPECT_THAT(ShowDomain(domain, kNow), HasSubstr("b\xc3\xbc"
                                                  "cher.example"));
  EXPECT_THAT(ShowDomains({domain}, kNow), HasSubstr("b\xc3\xbc"
                                                     "cher.example"));
}

TEST(JsonOutput, KeyListIsTheDocumentedDocument) {
  const std::vector<v1::Key> keys{ActiveKey()};
  const Json document = Json::parse(PrintJson(ToJsonList("keys", keys)));
  const Json& key = document.at("keys").at(0);
  EXPECT_EQ(key.at("domain"), "example.com");
  EXPECT_EQ(key.at("sender"), "default");
  EXPECT_EQ(key.at("selector"), "s1");
  EXPECT_EQ(key.at("algorithm"), "rsa-sha256");
  EXPECT_EQ(key.at("state"), "ACTIVE");
  EXPECT_EQ(key.at("origin"), "generated");
  EXPECT_EQ(key.at("public_key"), "AQID");
  EXPECT_TRUE(key.at("revoked_at_ms").is_null());
  EXPECT_EQ(key.at("created_at_ms"), kNow - 86'400'000LL * 3);
}

TEST(JsonOutput, AnEmptyListIsAnEmptyList) {
  EXPECT_EQ(Json::parse(PrintJson(ToJsonList("domains", std::vector<v1::Domain>()))),
            Json::parse(R"({"domains": []})"));
}

TEST(JsonOutput, AStateOfANewerServerIsItsNumber) {
  v1::Key key = ActiveKey();
  key.set_state(static_cast<v1::KeyState>(99));
  EXPECT_EQ(ToJson(key).at("state"), "99");
}

TEST(JsonOutput, BrokenUtf8IsReplacedNotFatal) {
  v1::WhoAmIResponse who;
  EXPECT_THAT(PrintJson({{"x", "\xff"}}), HasSubstr("\xef\xbf\xbd"));
  EXPECT_TRUE(ToJson(who).at("grants").is_array());
}

TEST(DnsRecords, PlainIsNameTypeAndValueOnALine) {
  EXPECT_EQ(RenderDnsRecords({ActiveKey()}, RecordFormat::kPlain),
            "s1._domainkey.example.com TXT v=DKIM1; k=rsa; p=AQID\n");
}

TEST(DnsRecords, ZoneIsALineForAZoneFile) {
  EXPECT_EQ(RenderDnsRecords({ActiveKey()}, RecordFormat::kZone),
            "s1._domainkey.example.com. 300 IN TXT \"v=DKIM1; k=rsa; p=AQID\"\n");
}

TEST(DnsRecords, JsonSaysWhichKeyToo) {
  const Json document = Json::parse(RenderDnsRecords({ActiveKey()}, RecordFormat::kJson));
  const Json& record = document.at("records").at(0);
  EXPECT_EQ(record.at("name"), "s1._domainkey.example.com");
  EXPECT_EQ(record.at("type"), "TXT");
  EXPECT_EQ(record.at("value"), "v=DKIM1; k=rsa; p=AQID");
  EXPECT_EQ(record.at("strings").size(), 1U);
  EXPECT_EQ(record.at("selector"), "s1");
}

TEST(DnsRecords, TheTtlIsTheOneOfThePolicy) {
  v1::Key key = ActiveKey();
  key.set_record_ttl(60);
  EXPECT_THAT(RenderDnsRecords({key}, RecordFormat::kZone), HasSubstr(". 60 IN TXT "));
}

TEST(DnsRecords, ADelegatedKeyHasACname) {
  v1::Key key = ActiveKey();
  key.set_cname_target("s1.x7k2.dkim.example.net");
  EXPECT_EQ(RenderDnsRecords({key}, RecordFormat::kPlain),
            "s1._domainkey.example.com CNAME s1.x7k2.dkim.example.net\n");
  const std::string line = "s1._domainkey.example.com. 300 IN CNAME s1.x7k2.dkim.example.net.\n";
  EXPECT_EQ(RenderDnsRecords({key}, RecordFormat::kZone), line);
  EXPECT_EQ(RenderDnsRecords({key, ActiveKey(), key}, RecordFormat::kCname), line);
  const Json document = Json::parse(RenderDnsRecords({key}, RecordFormat::kJson));
  EXPECT_EQ(document.at("records").at(0).at("type"), "CNAME");
  EXPECT_EQ(document.at("records").at(0).at("value"), "s1.x7k2.dkim.example.net");
}

TEST(Views, AKeyShowsWhereItsRecordStandsAndWhoHasNotAcknowledged) {
  v1::Key key = ActiveKey();
  key.set_record_state("asked");
  key.set_rotate_at_ms(kNow + 86'400'000LL * 9);
  key.add_unacknowledged("custody-2");
  const std::string text = ShowKey(key, kNow);
  EXPECT_THAT(text, HasSubstr("its owner publishes it"));
  EXPECT_THAT(text, HasSubstr("(in 9 d)"));
  EXPECT_THAT(text, HasSubstr("Not acknowledged by:  custody-2"));
  EXPECT_EQ(ToJson(key).at("unacknowledged").at(0), "custody-2");
  EXPECT_EQ(ToJson(key).at("record_state"), "asked");
}

TEST(Views, ADomainShowsItsSettingsAndWhetherItStands) {
  v1::Domain domain;
  domain.set_domain("example.com");
  domain.set_paused_at_ms(kNow - 7'200'000);
  v1::Setting* setting = domain.add_settings();
  setting->set_name("drain");
  setting->set_value("14d");
  v1::SenderSettings* own = domain.add_sender_settings();
  own->set_sender("news");
  own->add_settings()->set_name("mode");
  EXPECT_THAT(ShowDomains({domain}, kNow), HasSubstr("paused 2 h ago"));
  EXPECT_THAT(ShowDomain(domain, kNow), HasSubstr("drain=14d; news: mode="));
  domain.set_removing_at_ms(kNow - 86'400'000LL * 3);
  EXPECT_THAT(ShowDomains({domain}, kNow), HasSubstr("removal began 3 d ago, paused 2 h ago"));
  EXPECT_EQ(ToJson(domain).at("settings").at("drain"), "14d");
  EXPECT_TRUE(ToJson(domain).at("sender_settings").at("news").contains("mode"));
}

TEST(Views, StatusShowsDaemonsAndWhetherOneRotates) {
  v1::GetStatusResponse status;
  EXPECT_THAT(ShowStatus(status, kNow), Not(HasSubstr("Daemons")));
  v1::Daemon* daemon = status.add_daemons();
  daemon->set_name("custody-1");
  daemon->set_self(true);
  EXPECT_THAT(ShowStatus(status, kNow), HasSubstr("custody-1 (this one)"));
  EXPECT_THAT(ShowStatus(status, kNow), HasSubstr("No daemon takes the steps"));
  daemon->set_executor(true);
  EXPECT_THAT(ShowStatus(status, kNow), Not(HasSubstr("No daemon takes the steps")));
  EXPECT_EQ(ToJson(status).at("daemons").at(0).at("executor"), true);
}

TEST(DnsRecords, KeysWithoutARecordAreLeftOut) {
  v1::Key destroyed = ActiveKey();
  destroyed.set_state(v1::KEY_STATE_DESTROYED);
  v1::Key unfinished = ActiveKey();
  unfinished.clear_record_value();
  EXPECT_EQ(RenderDnsRecords({destroyed, unfinished}, RecordFormat::kPlain), "");
}

}  // namespace
}  // namespace dkimkeeper
