#include "client/opendkim/key_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::Not;

KeyTable Read(std::string_view text) { return ReadKeyTable(ReadDataSet(DataSetKind::kFile, text)); }

TEST(KeyTable, ReadsDomainSelectorAndFile) {
  const KeyTable table = Read(
      "k1 Example.com:S1:/etc/dkim/k1.private\n"
      "k2 %:mail_1:./keys/%/mail.pem\n");
  ASSERT_EQ(table.entries.size(), 2U);
  EXPECT_TRUE(table.problems.empty());
  const KeyTableEntry& first = *table.Find("k1");
  EXPECT_EQ(first.domain->str(), "example.com");
  EXPECT_EQ(first.selector.str(), "s1");
  EXPECT_EQ(first.key_file, "/etc/dkim/k1.private");
  const KeyTableEntry& second = *table.Find("k2");
  EXPECT_FALSE(second.domain);
  EXPECT_EQ(second.selector.str(), "mail_1");
  EXPECT_EQ(second.key_file, "./keys/%/mail.pem");
  EXPECT_EQ(table.Find("k3"), nullptr);
}

TEST(KeyTable, KeepsNoKeyThatStandsInIt) {
  const KeyTable table = Read(
      "k1 example.com:s1:MIIEowIBAAKCAQEA\n"
      "MIIEowIBAAKCAQEASecondLineOfAKey\n");
  EXPECT_EQ(table.Find("k1")->key_file, "");
  ASSERT_EQ(table.problems.size(), 1U);
  EXPECT_EQ(table.problems[0].entry, "");
  EXPECT_THAT(table.problems[0].what, Not(HasSubstr("MIIE")));
}

TEST(KeyTable, SaysWhatItDoesNotUnderstand) {
  const KeyTable table = Read(
      "k1 example.com:s1:/a\n"
      "k1 example.org:s1:/b\n"
      "k2 example.com:s2\n"
      "k3 example.com:s2:\n"
      "k4 exa mple.com:s2:/x\n"
      "k5 example.com:%:/x\n");
  EXPECT_EQ(table.entries.size(), 1U);
  ASSERT_EQ(table.problems.size(), 5U);
  EXPECT_EQ(table.problems[0].line, 2U);
  EXPECT_THAT(table.problems[0].what, HasSubstr("line 1 has the same name"));
  EXPECT_THAT(table.problems[1].what, HasSubstr("write NAME DOMAIN:SELECTOR:"));
  EXPECT_THAT(table.problems[2].what, HasSubstr("write NAME DOMAIN:SELECTOR:"));
  EXPECT_EQ(table.problems[4].line, 6U);
}

}  // namespace
}  // namespace dkimkeeper
