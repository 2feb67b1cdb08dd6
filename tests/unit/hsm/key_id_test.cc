#include "hsm/key_id.h"

#include <gtest/gtest.h>

#include "hsm/key_purpose.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

TEST(KeyId, IsOneToThirtyTwoBytes) {
  EXPECT_TRUE(KeyId::FromBytes("1"));
  EXPECT_TRUE(KeyId::FromBytes(std::string(32, '\0')));
  EXPECT_EQ(KeyId::FromBytes("").error().reason, reason::kBadKeyId);
  EXPECT_EQ(KeyId::FromBytes(std::string(33, 'x')).error().reason, reason::kBadKeyId);
}

TEST(KeyId, ReadsAndWritesHexadecimal) {
  const Result<KeyId> id = KeyId::FromHex("00Ff10");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->bytes(), std::string("\0\xff\x10", 3));
  EXPECT_EQ(id->ToHex(), "00ff10");
  for (const std::string_view bad : {"", "0", "0g", "000", " 00", "0x00"}) {
    EXPECT_EQ(KeyId::FromHex(bad).error().reason, reason::kBadKeyId) << bad;
  }
}

TEST(KeyId, IsRandomAndSixteenBytesLong) {
  const KeyId one = KeyId::Random();
  const KeyId other = KeyId::Random();
  EXPECT_EQ(one.bytes().size(), 16U);
  EXPECT_NE(one, other);
  EXPECT_EQ(std::hash<KeyId>{}(one), std::hash<KeyId>{}(*KeyId::FromHex(one.ToHex())));
}

TEST(KeyPurpose, IsReadFromTheLabel) {
  EXPECT_EQ(PurposeOfLabel("dkim:example.com:s1"), KeyPurpose::kDkim);
  EXPECT_EQ(PurposeOfLabel("health:hsm"), KeyPurpose::kHealth);
  EXPECT_EQ(PurposeOfLabel("audit:2024"), KeyPurpose::kAudit);
  EXPECT_EQ(PurposeOfLabel("my old key"), KeyPurpose::kDkim);
  EXPECT_EQ(PurposeOfLabel(""), KeyPurpose::kDkim);
  EXPECT_EQ(PurposeOfLabel("xaudit:2024"), KeyPurpose::kDkim);
}

TEST(KeyPurpose, MustBeSaidByTheLabelOfANewKey) {
  EXPECT_TRUE(CheckLabel("audit:2024", KeyPurpose::kAudit));
  EXPECT_EQ(CheckLabel("audit:2024", KeyPurpose::kDkim).error().reason, reason::kBadOption);
  EXPECT_EQ(CheckLabel("", KeyPurpose::kDkim).error().reason, reason::kBadOption);
}

}  // namespace
}  // namespace dkimkeeper
