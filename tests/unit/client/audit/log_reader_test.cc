#include "client/audit/log_reader.h"

#include <gmock/gmock.h>

#include "proto/reason.h"
#include "tests/unit/client/audit/audit_log_fixture.h"

namespace dkimkeeper {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LogReaderTest : public AuditLogFixture {
 protected:
  template <typename Reader>
  static std::vector<std::string> ReadAll(Reader& reader) {
    std::vector<std::string> notes;
    for (;;) {
      const auto next = reader.Next();
      EXPECT_THAT(next, IsOk());
      if (!next || !*next) return notes;
      notes.push_back((*next)->record.claimed);
    }
  }
};

TEST_F(LogReaderTest, ReadsAllSegments) {
  const auto reader = LogReader::Open(folder());
  ASSERT_THAT(reader, IsOk());
  const auto notes = ReadAll(**reader);
  ASSERT_EQ(notes.size(), 28U);
  EXPECT_EQ(notes.front(), "queue 0");
  EXPECT_EQ(notes.back(), "queue 27");
  EXPECT_THAT((*reader)->TakeProblems(), IsEmpty());
}

TEST_F(LogReaderTest, GoesOnWithWhatIsWrittenLater) {
  const auto reader = LogReader::Open(folder());
  ASSERT_THAT(reader, IsOk());
  (void)ReadAll(**reader);
  log_.AppendSignatures(1);
  EXPECT_THAT(ReadAll(**reader), ElementsAre("queue 28"));
  log_.AppendSignatures(1);
  log_.StartSegment();
  EXPECT_THAT(ReadAll(**reader), ElementsAre("queue 29"));
  log_.AppendSignatures(2);
  EXPECT_THAT(ReadAll(**reader), ElementsAre("queue 30", "queue 31"));
  EXPECT_THAT((*reader)->TakeProblems(), IsEmpty());
}

TEST_F(LogReaderTest, ReadsOnOverDamageAndTellsIt) {
  std::string octets = Read(Segment(10));
  octets[FramesOf(Segment(10))[3] + 20] ^= 1;
  Write(Segment(10), octets);
  const auto reader = LogReader::Open(folder());
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ(ReadAll(**reader).size(), 27U);
  EXPECT_THAT((*reader)->TakeProblems(),
              ElementsAre(HasSubstr("the checksum of record 13 does not match")));
  EXPECT_THAT((*reader)->TakeProblems(), IsEmpty());
}

TEST_F(LogReaderTest, ADamagedHeaderCostsItsSegmentOnly) {
  Write(Segment(10), "no segment");
  const auto reader = LogReader::Open(folder());
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ(ReadAll(**reader).size(), 18U);
  EXPECT_THAT((*reader)->TakeProblems(), ElementsAre(HasSubstr("does not begin as a segment")));
}

TEST_F(LogReaderTest, MergesByTime) {
  SampleAuditLog other(directory_.path() / "other", "keeper.example/audit/mx2");
  for (const int second : {-1, 2, 100}) {
    other.Append({.at = AuditRecord::Time(std::chrono::seconds(SampleAuditLog::kBegin + second)),
                  .act = "key.list",
                  .claimed = "other " + std::to_string(second)});
  }
  auto merged = MergedLogs::Open({folder().string(), other.folder().string()});
  ASSERT_THAT(merged, IsOk());
  const auto notes = ReadAll(*merged);
  ASSERT_EQ(notes.size(), 31U);
  EXPECT_THAT(std::vector(notes.begin(), notes.begin() + 6),
              ElementsAre("other -1", "queue 0", "queue 1", "queue 2", "other 2", "queue 3"));
  EXPECT_EQ(notes.back(), "other 100");
}

TEST_F(LogReaderTest, WhereThereIsNoLogItSaysSo) {
  EXPECT_THAT(LogReader::Open("/nowhere"), IsRefused(reason::kBadOption));
  EXPECT_THAT(LogReader::Open(directory_.path()), IsRefused(reason::kBadOption));
}

}  // namespace
}  // namespace dkimkeeper
