#include "server/dns/own_zone_file.h"

#include <gmock/gmock.h>

namespace dkimkeeper {
namespace {

using std::chrono::sys_days;
using testing::HasSubstr;

OwnZoneFile Sample() {
  OwnZoneFile file;
  for (const std::string name : {"b._domainkey.example.com", "a._domainkey.example.com"}) {
    file.records[name] = {
        NewZoneFileRecord(name, std::chrono::seconds(300), "v=\"\\" + std::string(300, 'x'))};
  }
  return file;
}

TEST(OwnZoneFileTest, IncludeFileIsReadBackAndSorted) {
  const std::string text = RenderOwnZoneFile(Sample(), "").value();
  EXPECT_LT(text.find("a._domainkey"), text.find("b._domainkey"));
  EXPECT_EQ(ParseOwnZoneFile(text), Sample());
}

TEST(OwnZoneFileTest, WholeZoneIsReadBackWithItsSerial) {
  OwnZoneFile file = Sample();
  file.serial = 2026112501;
  const std::string text = RenderOwnZoneFile(file, "@ SOA ns host {serial} 1 1 1 1").value();
  EXPECT_THAT(text, HasSubstr("@ SOA ns host 2026112501 1 1 1 1\n"));
  EXPECT_EQ(ParseOwnZoneFile(text), file);
}

TEST(OwnZoneFileTest, HeaderHoldsTheSerialOnce) {
  OwnZoneFile file;
  file.serial = 1;
  for (const char* header : {"", "@ SOA 1", "{serial} {serial}", "{serial}\n; Key records.\n"}) {
    EXPECT_FALSE(RenderOwnZoneFile(file, header)) << header;
  }
}

TEST(OwnZoneFileTest, LinesOfOthersAreNamed) {
  const std::string head = "; Written by dkimkeeperd: key records, and nothing else.\n";
  EXPECT_THAT(ParseOwnZoneFile("$ORIGIN example.com.\n").error().message, HasSubstr("line 1 "));
  for (const char* line :
       {"", "; note", "www.example.com. 300 IN A 192.0.2.1", "a.example.com. 300 IN TXT unquoted",
        "a.example.com. 300 IN TXT \"open", "a.example.com. 300 IN TXT \"a\" \"b\"",
        "a.example.com. 300 IN TXT ( \"a\"", "a.example.com. 300 IN TXT \"\\999\"",
        "a.example.com 300 IN TXT \"a\"", "*.example.com. 300 IN TXT \"a\""}) {
    const auto parsed = ParseOwnZoneFile(head + line + "\n");
    ASSERT_FALSE(parsed) << line;
    EXPECT_THAT(parsed.error().message, HasSubstr("line 2 was not written by dkimkeeperd"));
  }
}

TEST(SoaSerialTest, DateWhereItIsLaterElseOneMore) {
  using namespace std::chrono;
  const sys_days today = year(2026) / November / 25;
  const struct {
    SoaSerial current, next;
  } rows[] = {{0, 2026112500},          {2026112400, 2026112500}, {2026112500, 2026112501},
              {2026112599, 2026112600}, {2030010100, 2030010101}, {4294967295, 2026112500},
              {4200000000, 2026112500}};
  for (const auto& row : rows) EXPECT_EQ(NextSerial(row.current, today), row.next) << row.current;
  EXPECT_EQ(NextSerial(7, year(1960) / January / 1), 8U);
  EXPECT_EQ(NextSerial(4294967295, year(9999) / January / 1), 0U);
  EXPECT_TRUE(IsLaterSerial(0, 4294967295));
  EXPECT_FALSE(IsLaterSerial(5, 5));
}

}  // namespace
}  // namespace dkimkeeper
