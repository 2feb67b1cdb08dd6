// Whoever changes a log on the disk is found: octets, records, segments, the log as a whole.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/unit/client/audit/audit_log_fixture.h"
#include "tests/unit/proto/seeded_random.h"

namespace dkimkeeper {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class TamperingTest : public AuditLogFixture {
 protected:
  // As somebody who has kept the newest checkpoint would verify.
  [[nodiscard]] bool IsFound() const {
    const auto result = VerifyLog(folder(), {.known = {log_.SignCheckpoint()}, .first = 0});
    return !result || !result->healthy();
  }
  // With the files alone.
  [[nodiscard]] bool IsFoundAlone() const {
    const auto result = VerifyLog(folder(), {});
    return !result || !result->healthy();
  }

  // The octets of each frame of a segment; the first is the header.
  [[nodiscard]] static std::vector<std::string> PiecesOf(const std::filesystem::path& path) {
    const std::string all = Read(path);
    std::vector<std::string> pieces;
    std::size_t begin = 0;
    for (const std::size_t end : FramesOf(path)) {
      pieces.push_back(all.substr(begin, end - begin));
      begin = end;
    }
    return pieces;
  }
  static void WritePieces(const std::filesystem::path& path,
                          const std::vector<std::string>& pieces) {
    std::string all;
    for (const std::string& each : pieces) all += each;
    Write(path, all);
  }

  const std::vector<std::uint64_t> segments_{0, 10, 20};
};

TEST_F(TamperingTest, UntouchedItPasses) {
  EXPECT_FALSE(IsFound());
  EXPECT_FALSE(IsFoundAlone());
}

TEST_F(TamperingTest, EachFlippedOctetIsFound) {
  SeededRandom random;
  SCOPED_TRACE(random.Trace());
  for (const char* name : {"00000000000000000000.audit", "00000000000000000010.audit",
                           "00000000000000000020.audit", "checkpoints", "audit.vkey"}) {
    const auto path = folder() / name;
    const std::string whole = Read(path);
    // Every octet of header and first record, some of the rest, all of the end.
    for (std::size_t i = 0; i < whole.size(); ++i) {
      if (i > 300 && i + 100 < whole.size() && i % 13 != 0) continue;
      std::string flipped = whole;
      const std::size_t bit = random.Number(0, 7);
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      Write(path, flipped);
      EXPECT_TRUE(IsFoundAlone()) << name << ", octet " << i << ", bit " << bit;
    }
    Write(path, whole);
  }
  EXPECT_FALSE(IsFoundAlone());
}

TEST_F(TamperingTest, ADeletedRecordIsFound) {
  for (const std::uint64_t first : segments_) {
    const auto pieces = PiecesOf(Segment(first));
    for (std::size_t i = 1; i < pieces.size(); ++i) {
      auto fewer = pieces;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      WritePieces(Segment(first), fewer);
      EXPECT_TRUE(IsFound()) << first << "/" << i;
      // The last one is covered by no checkpoint in the folder.
      EXPECT_EQ(IsFoundAlone(), first != 20 || i + 1 < pieces.size()) << first << "/" << i;
    }
    WritePieces(Segment(first), pieces);
  }
}

TEST_F(TamperingTest, ARepeatedRecordIsFound) {
  for (const std::uint64_t first : segments_) {
    const auto pieces = PiecesOf(Segment(first));
    for (std::size_t i = 1; i < pieces.size(); ++i) {
      auto more = pieces;
      more.insert(more.begin() + static_cast<std::ptrdiff_t>(i), pieces[i]);
      WritePieces(Segment(first), more);
      EXPECT_TRUE(IsFoundAlone()) << first << "/" << i;
    }
    WritePieces(Segment(first), pieces);
  }
}

TEST_F(TamperingTest, ExchangedRecordsAreFound) {
  for (const std::uint64_t first : segments_) {
    const auto pieces = PiecesOf(Segment(first));
    for (std::size_t i = 2; i < pieces.size(); ++i) {
      auto other = pieces;
      std::swap(other[i - 1], other[i]);
      WritePieces(Segment(first), other);
      EXPECT_TRUE(IsFoundAlone()) << first << "/" << i;
    }
    WritePieces(Segment(first), pieces);
  }
}

TEST_F(TamperingTest, ATruncatedSegmentIsFound) {
  for (const std::uint64_t first : segments_) {
    const std::string whole = Read(Segment(first));
    for (std::size_t size = 0; size < whole.size(); size += 3 + size % 17) {
      Write(Segment(first), whole.substr(0, size));
      EXPECT_TRUE(IsFound()) << first << "/" << size;
      if (first != 20) EXPECT_TRUE(IsFoundAlone()) << first << "/" << size;
    }
    Write(Segment(first), whole);
  }
}

TEST_F(TamperingTest, ADeletedSegmentIsFound) {
  for (const std::uint64_t first : segments_) {
    const std::string whole = Read(Segment(first));
    std::filesystem::remove(Segment(first));
    EXPECT_TRUE(IsFound()) << first;
    // The first one may have been removed because it was old.
    EXPECT_EQ(IsFoundAlone(), first != 0) << first;
    Write(Segment(first), whole);
  }
}

TEST_F(TamperingTest, ExchangedSegmentsAreFound) {
  std::filesystem::rename(Segment(0), folder() / "kept");
  std::filesystem::rename(Segment(10), Segment(0));
  std::filesystem::rename(folder() / "kept", Segment(10));
  EXPECT_TRUE(IsFoundAlone());
}

TEST_F(TamperingTest, ASegmentOfAnotherLogIsFound) {
  SampleAuditLog other(directory_.path() / "other", "keeper.example/audit/mx2");
  Fill(other);
  for (const std::uint64_t first : segments_) {
    const std::string whole = Read(Segment(first));
    Write(Segment(first), Read(other.folder() / SegmentFileName(first)));
    EXPECT_TRUE(IsFoundAlone()) << first;
    Write(Segment(first), whole);
  }
}

// Of a segment whose records are all right, too.
TEST_F(TamperingTest, AnotherTreeInAHeaderIsFound) {
  auto pieces = PiecesOf(Segment(20));
  const auto other = CompactRange::From(20, {Sha256("one"), Sha256("two")});
  pieces[0] = EncodeSegmentHeader({.origin = "keeper.example/audit/mx1", .before = other.value()});
  WritePieces(Segment(20), pieces);
  EXPECT_THAT(Told(Verify()), testing::ElementsAre(HasSubstr("is not that of the records before")));
}

// Somebody writes all checksums and trees anew, and lacks the key only.
TEST_F(TamperingTest, ARewrittenLogIsFound) {
  SampleAuditLog other(directory_.path() / "other", "keeper.example/audit/mx1", 'x');
  other.Append({.identity = "somebody else", .act = "sign"});
  other.AppendSignatures(9);
  other.StartSegment();
  other.AppendSignatures(10);
  other.StartSegment();
  other.AppendSignatures(8);
  for (const std::uint64_t first : segments_)
    Write(Segment(first), Read(other.folder() / SegmentFileName(first)));
  EXPECT_THAT(Told(Verify()), Contains(HasSubstr("some were changed")));
  // With checkpoints and key of their own: only who knows the key, or a checkpoint, sees it.
  other.AppendCheckpoint();
  Write(folder() / kCheckpointsFile, Read(other.folder() / kCheckpointsFile));
  Write(folder() / kVerifierKeyFile, Read(other.folder() / kVerifierKeyFile));
  EXPECT_FALSE(IsFoundAlone());
  EXPECT_TRUE(IsFound());
  EXPECT_FALSE(Verify({.keys = {log_.key()}}).healthy());
}

TEST_F(TamperingTest, AnOldCopyIsFoundByWhoKeptACheckpoint) {
  SampleAuditLog old(directory_.path() / "old");
  old.AppendCheckpoint();
  old.AppendSignatures(10);
  old.AppendCheckpoint();
  for (const std::uint64_t first : {10U, 20U}) std::filesystem::remove(Segment(first));
  Write(Segment(0), Read(old.folder() / SegmentFileName(0)));
  Write(folder() / kCheckpointsFile, Read(old.folder() / kCheckpointsFile));
  EXPECT_FALSE(IsFoundAlone());
  EXPECT_THAT(Told(Verify({.known = {log_.SignCheckpoint()}})),
              testing::ElementsAre(HasSubstr("the log ends after 10: it was cut off")));
}

TEST_F(TamperingTest, MissingCheckpointsAreFound) {
  const auto path = folder() / kCheckpointsFile;
  const std::string whole = Read(path);
  Write(path, "");
  EXPECT_TRUE(IsFoundAlone());
  std::filesystem::remove(path);
  EXPECT_TRUE(IsFoundAlone());
  Write(path, whole);
  EXPECT_FALSE(IsFoundAlone());
}

TEST_F(TamperingTest, ExchangedCheckpointsAreFound) {
  auto entries = SplitCheckpoints(Read(folder() / kCheckpointsFile)).notes;
  std::swap(entries[1], entries[2]);
  std::string all;
  for (const std::string& each : entries) all += each + "\n";
  Write(folder() / kCheckpointsFile, all);
  EXPECT_THAT(Told(Verify()), Contains(HasSubstr("stands after one of 10")));
}

}  // namespace
}  // namespace dkimkeeper
