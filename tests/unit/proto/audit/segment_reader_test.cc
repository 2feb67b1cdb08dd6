#include "proto/audit/segment_reader.h"

#include <gmock/gmock.h>

#include <sstream>
#include <vector>

namespace dkimkeeper {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Frame FrameOf(std::uint64_t sequence) {
  return EncodeFrame(EncodeRecord({.sequence = sequence, .act = "sign"}));
}

SegmentHeader HeaderAt(std::uint64_t first) {
  SegmentHeader header{.origin = "keeper.example/audit/mx1", .before = {}};
  for (std::uint64_t i = 0; i < first; ++i) header.before.Append(FrameOf(i).leaf);
  return header;
}

std::string Segment(std::uint64_t first, const std::vector<std::uint64_t>& sequences) {
  std::string octets = EncodeSegmentHeader(HeaderAt(first));
  for (const std::uint64_t each : sequences) octets += FrameOf(each).octets;
  return octets;
}

// What a pass says: records by number, the end, and damage by its first letters.
std::vector<std::string> Read(const std::string& octets) {
  std::istringstream in(octets);
  SegmentReader reader(in);
  const auto header = reader.ReadHeader();
  if (const auto* damage = std::get_if<Damage>(&header)) return {damage->what};
  if (std::holds_alternative<SegmentEnd>(header)) return {"torn header"};
  std::vector<std::string> told;
  while (told.size() < 50) {
    const auto next = reader.Next();
    if (const auto* record = std::get_if<SegmentRecord>(&next)) {
      told.push_back(std::to_string(record->record.sequence));
    } else if (const auto* damage = std::get_if<Damage>(&next)) {
      told.push_back(std::to_string(damage->offset) + ": " + damage->what);
      if (damage->kind == DamageKind::kLength) return told;
    } else {
      told.emplace_back(std::get<SegmentEnd>(next) == SegmentEnd::kWhole ? "whole" : "torn");
      return told;
    }
  }
  return told;
}

std::string At(std::size_t offset, const char* what) {
  return std::to_string(offset) + ": " + what;
}

TEST(SegmentReaderTest, ReadsWhatWasWritten) {
  EXPECT_THAT(Read(Segment(0, {})), ElementsAre("whole"));
  EXPECT_THAT(Read(Segment(0, {0, 1, 2})), ElementsAre("0", "1", "2", "whole"));
  EXPECT_THAT(Read(Segment(7, {7, 8})), ElementsAre("7", "8", "whole"));
}

TEST(SegmentReaderTest, GivesTheHeaderBack) {
  for (const std::uint64_t first : {0U, 1U, 6U, 31U}) {
    std::istringstream in(Segment(first, {}));
    SegmentReader reader(in);
    EXPECT_EQ(std::get<SegmentHeader>(reader.ReadHeader()), HeaderAt(first));
    EXPECT_EQ(reader.sequence(), first);
    EXPECT_EQ(reader.offset(), in.str().size());
  }
}

TEST(SegmentReaderTest, EachCutIsATornWriteAndNoMore) {
  const std::string whole = Segment(6, {6, 7});
  const std::size_t header = Segment(6, {}).size();
  const std::size_t first = Segment(6, {6}).size();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto told = Read(whole.substr(0, size));
    const char* end = size == header || size == first ? "whole" : "torn";
    if (size < header) {
      EXPECT_THAT(told, ElementsAre("torn header")) << size;
    } else if (size < first) {
      EXPECT_THAT(told, ElementsAre(end)) << size;
    } else {
      EXPECT_THAT(told, ElementsAre("6", end)) << size;
    }
  }
}

TEST(SegmentReaderTest, ZerosAtTheEndAreATornWrite) {
  EXPECT_THAT(Read(Segment(0, {0}) + std::string(9000, '\0')), ElementsAre("0", "torn"));
  EXPECT_THAT(Read(std::string(9000, '\0')), ElementsAre("torn header"));
  EXPECT_THAT(Read(Segment(0, {0}) + std::string(100, '\0') + "x"),
              ElementsAre("0", HasSubstr("damaged or over-long")));
}

TEST(SegmentReaderTest, EachFlippedBitIsFound) {
  const std::string whole = Segment(3, {3, 4});
  for (std::size_t i = 0; i < whole.size() * 8; ++i) {
    std::string flipped = whole;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    const auto told = Read(flipped);
    EXPECT_THAT(told, testing::Not(ElementsAre("3", "4", "whole"))) << i;
    EXPECT_THAT(told, testing::Not(testing::Contains(testing::StartsWith("torn")))) << i;
  }
}

TEST(SegmentReaderTest, SaysWhichRecordAndWhere) {
  std::string octets = Segment(0, {0, 1, 2});
  const std::size_t second = Segment(0, {0}).size();
  octets[second + kFrameHeaderSize] ^= 1;
  EXPECT_THAT(Read(octets), ElementsAre("0", At(second, "the checksum of record 1 does not match"),
                                        "2", "whole"));
}

TEST(SegmentReaderTest, OneMissingRecordIsOneFinding) {
  const std::size_t second = Segment(0, {0}).size();
  EXPECT_THAT(Read(Segment(0, {0, 2, 3})),
              ElementsAre("0", At(second, "record 2 stands where record 1 should"), "3", "whole"));
}

TEST(SegmentReaderTest, RepeatedAndExchangedRecordsAreFound) {
  EXPECT_THAT(Read(Segment(0, {0, 0, 1})),
              ElementsAre("0", HasSubstr("record 0 stands where record 1 should"), "1", "whole"));
  EXPECT_THAT(Read(Segment(0, {1, 0})),
              ElementsAre(HasSubstr("record 1 stands where record 0"),
                          HasSubstr("record 0 stands where record 2"), "whole"));
}

TEST(SegmentReaderTest, AnOverlongFrameIsRefused) {
  std::string octets = Segment(0, {});
  octets += EncodeFrame(std::string(kLongestAuditRecord + 1, 'x')).octets;
  EXPECT_THAT(Read(octets), ElementsAre(HasSubstr("over-long")));
}

TEST(SegmentReaderTest, WhatIsNoRecordIsFound) {
  EXPECT_THAT(Read(Segment(0, {}) + EncodeFrame("\xff").octets + FrameOf(1).octets),
              ElementsAre(HasSubstr("record 0: the octets are no audit record"), "1", "whole"));
}

TEST(SegmentReaderTest, GoesOnWhenTheFileGrew) {
  const std::string more = FrameOf(1).octets;
  std::stringstream file;
  file << Segment(0, {0}) << more.substr(0, 10);
  SegmentReader reader(file);
  (void)reader.ReadHeader();
  EXPECT_TRUE(std::holds_alternative<SegmentRecord>(reader.Next()));
  EXPECT_EQ(std::get<SegmentEnd>(reader.Next()), SegmentEnd::kTorn);
  EXPECT_EQ(reader.offset(), Segment(0, {0}).size());
  file << more.substr(10);
  EXPECT_EQ(std::get<SegmentRecord>(reader.Next()).record.sequence, 1U);
  EXPECT_EQ(std::get<SegmentEnd>(reader.Next()), SegmentEnd::kWhole);
  file << FrameOf(2).octets;
  EXPECT_EQ(std::get<SegmentRecord>(reader.Next()).record.sequence, 2U);
}

}  // namespace
}  // namespace dkimkeeper
