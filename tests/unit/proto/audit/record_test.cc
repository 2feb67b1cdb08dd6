#include "proto/audit/record.h"

#include "proto/dkim/hex.h"
#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"
#include "tests/unit/proto/seeded_random.h"

namespace dkimkeeper {
namespace {

AuditRecord Full() {
  return {.sequence = 7,
          .at = AuditRecord::Time(std::chrono::microseconds(1'752'000'000'123'456)),
          .identity = "uri:spiffe://example.com/mx1",
          .act = "sign",
          .domain = "example.com",
          .sender = "default",
          .selector = "s1",
          .algorithm = "rsa-sha256",
          .digest = *Sha256Digest::FromHex(std::string(64, 'a')),
          .claimed = "queue 4711",
          .result = "ok",
          .latency_microseconds = 900,
          .detail = "slot 2"};
}

TEST(AuditRecordTest, ComesBackAsItWas) {
  EXPECT_EQ(DecodeRecord(EncodeRecord(Full())), Full());
  EXPECT_EQ(DecodeRecord(EncodeRecord({})), AuditRecord());
}

// By hand from audit.proto and the protobuf encoding: what is in old logs stays what it is.
TEST(AuditRecordTest, HasTheOctetsOfItsMessage) {
  const AuditRecord record{.sequence = 300,
                           .at = AuditRecord::Time(std::chrono::microseconds(1)),
                           .act = "sign",
                           .digest = *Sha256Digest::FromHex(std::string(64, '1')),
                           .result = "ok",
                           .latency_microseconds = 5};
  EXPECT_EQ(EncodeHex(EncodeRecord(record)),
            "08ac02"
            "1001"
            "22047369676e"
            "4a20" +
                std::string(64, '1') +
                "5a026f6b"
                "6005");
}

TEST(AuditRecordTest, AnyTextFits) {
  SeededRandom random;
  SCOPED_TRACE(random.Trace());
  AuditRecord record = Full();
  for (std::string* text :
       {&record.identity, &record.act, &record.domain, &record.sender, &record.selector,
        &record.algorithm, &record.claimed, &record.result, &record.detail}) {
    *text = random.Bytes(3 * kLongestAuditText);
  }
  const std::string octets = EncodeRecord(record);
  EXPECT_LE(octets.size(), kLongestAuditRecord);
  const auto read = DecodeRecord(octets);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(EncodeRecord(*read), octets);
}

TEST(AuditRecordTest, ATextIsCutBetweenCharacters) {
  AuditRecord record;
  record.claimed = std::string(kLongestAuditText - 1, 'x') + "é";
  record.detail = "caf\xe9!";
  const auto read = DecodeRecord(EncodeRecord(record));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->claimed, std::string(kLongestAuditText - 1, 'x'));
  EXPECT_EQ(read->detail, "caf?!");
}

TEST(AuditRecordTest, WhatIsNoRecordIsRefused) {
  EXPECT_THAT(DecodeRecord("\xff"), IsRefused(reason::kBadFrame));
  EXPECT_THAT(DecodeRecord("\x4a\x01z"), IsRefused(reason::kBadFrame));     // a short digest
  EXPECT_THAT(DecodeRecord("\x22\x01\xff"), IsRefused(reason::kBadFrame));  // no UTF-8
  EXPECT_THAT(DecodeRecord(std::string(kLongestAuditRecord + 1, '\0')),
              IsRefused(reason::kBadFrame));
}

TEST(AuditRecordTest, FieldsOfANewerWriterAreIgnored) {
  EXPECT_EQ(DecodeRecord(EncodeRecord(Full()) + "\xa2\x06\x03new"), Full());
}

}  // namespace
}  // namespace dkimkeeper
