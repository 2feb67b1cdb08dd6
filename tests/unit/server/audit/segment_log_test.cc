#include "server/audit/segment_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <sys/resource.h>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "proto/audit/record.h"
#include "proto/audit/segment.h"
#include "proto/reason.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/server/audit/log_reading.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SegmentLogTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<SegmentLog> Open(const std::vector<Checkpoint>& known = {}) const {
    auto log = SegmentLog::Open(options_, known);
    EXPECT_TRUE(log) << log.error().message;
    return *std::move(log);
  }
  static Outcome Write(SegmentLog& log, const std::vector<std::string>& notes) {
    std::vector<AuditRecord> records;
    for (const std::string& note : notes) {
      records.push_back({.at = {}, .act = "sign", .claimed = note, .result = "ok"});
    }
    return log.Write(records);
  }
  [[nodiscard]] std::vector<std::string> Said() const {
    return dkimkeeper::Said(RecordsIn(options_.folder));
  }
  [[nodiscard]] fs::path Segment(std::uint64_t first) const {
    return options_.folder / SegmentFileName(first);
  }
  void AppendTo(const fs::path& path, std::string_view octets) const {
    std::ofstream(path, std::ios::binary | std::ios::app) << octets;
  }

  TempDir dir_;
  SegmentLog::Options options_{.folder = dir_.path() / "audit", .origin = "keeper1/log"};
};

TEST_F(SegmentLogTest, RecordsGetTheirSequenceAndComeBack) {
  const auto log = Open();
  EXPECT_TRUE(Write(*log, {"a", "b"}));
  EXPECT_TRUE(Write(*log, {"c"}));
  const auto records = RecordsIn(options_.folder);
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[2].sequence, 2U);
  EXPECT_EQ(records[2].claimed, "c");
  EXPECT_EQ(log->tree().size(), 3U);
}

TEST_F(SegmentLogTest, FolderAndFilesAreForTheirOwnerOnly) {
  const auto log = Open();
  EXPECT_TRUE(Write(*log, {"a"}));
  struct stat found{};
  ASSERT_EQ(::stat(options_.folder.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0700U);
  ASSERT_EQ(::stat(Segment(0).c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(SegmentLogTest, TheNextProcessGoesOn) {
  CompactRange tree;
  {
    const auto log = Open();
    EXPECT_TRUE(Write(*log, {"a", "b"}));
    tree = log->tree();
  }
  const auto log = Open({{"keeper1/log", 2, tree.Root()}});
  EXPECT_EQ(log->tree(), tree);
  EXPECT_THAT(log->recovered().findings, IsEmpty());
  EXPECT_EQ(log->recovered().torn, 0U);
  EXPECT_TRUE(Write(*log, {"c"}));
  EXPECT_THAT(Said(), ElementsAre("a", "b", "c"));
}

TEST_F(SegmentLogTest, SegmentsFollowOneAnotherAndAStartReadsTheNewestOnly) {
  options_.segment_size = 400;
  CompactRange tree;
  {
    const auto log = Open();
    for (int i = 0; i < 40; ++i) EXPECT_TRUE(Write(*log, {std::string(50, 'x')}));
    tree = log->tree();
  }
  const auto segments = FirstSequences(options_.folder).value();
  ASSERT_GT(segments.size(), 5U);
  EXPECT_THAT(RecordsIn(options_.folder), SizeIs(40));
  for (const std::uint64_t first : segments) {
    if (first != segments.back()) fs::remove(Segment(first));
  }
  EXPECT_EQ(Open()->tree(), tree) << "the header holds the tree before it";
}

TEST_F(SegmentLogTest, ATornWriteIsCutOff) {
  ASSERT_TRUE(Write(*Open(), {"a"}));
  for (const std::string& torn : {std::string("\0\0\0\x10\xff\xff\xff\xef"
                                              "abc",
                                              11),
                                  std::string(4096, '\0'), std::string("\0", 1)}) {
    AppendTo(Segment(0), torn);
    const auto log = Open();
    EXPECT_EQ(log->recovered().torn, torn.size());
    EXPECT_THAT(log->recovered().findings, IsEmpty());
    EXPECT_TRUE(Write(*log, {"b"}));
  }
  EXPECT_THAT(Said(), ElementsAre("a", "b", "b", "b"));
}

TEST_F(SegmentLogTest, ASegmentWithoutAWholeHeaderIsBegunAgain) {
  options_.segment_size = 1;
  ASSERT_TRUE(Write(*Open(), {"a"}));
  AppendTo(Segment(1), "DKAU");
  const auto log = Open();
  EXPECT_EQ(log->tree().size(), 1U);
  EXPECT_THAT(log->recovered().findings, IsEmpty());
  EXPECT_TRUE(Write(*log, {"b"}));
  EXPECT_THAT(Said(), ElementsAre("a", "b"));
}

TEST_F(SegmentLogTest, DamageIsFoundAndLeftAlone) {
  ASSERT_TRUE(Write(*Open(), {"a", "bbbb", "c"}));
  {
    std::fstream file(Segment(0), std::ios::binary | std::ios::in | std::ios::out);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    file.seekp(static_cast<std::streamoff>(text.find("bbbb")));
    file << "B";
  }
  const auto before = fs::file_size(Segment(0));
  const auto log = Open();
  ASSERT_THAT(log->recovered().findings, SizeIs(1));
  EXPECT_THAT(log->recovered().findings[0], HasSubstr("the checksum of record 1 does not match"));
  EXPECT_TRUE(Write(*log, {"d"}));
  EXPECT_EQ(fs::file_size(Segment(0)), before);
  EXPECT_TRUE(fs::exists(Segment(3))) << "it goes on in a new segment";
}

// Who can write the file can give a record any number, with its checksum: that is not counted up
// to.
TEST_F(SegmentLogTest, AMadeUpSequenceDoesNotHoldUpTheStart) {
  EXPECT_TRUE(Write(*Open(), {"a"}));
  AuditRecord record{.at = {}, .act = "sign", .result = "ok"};
  record.sequence = std::uint64_t{1} << 63;
  AppendTo(Segment(0), EncodeFrame(EncodeRecord(record)).octets);
  const auto log = Open();
  EXPECT_THAT(log->recovered().findings, SizeIs(1));
  EXPECT_LT(log->recovered().tree.size(), 10U);
  EXPECT_TRUE(Write(*log, {"b"}));
}

TEST_F(SegmentLogTest, AnOlderCopyIsHeldAgainstWhatWasSigned) {
  std::unique_ptr<SegmentLog> log = Open();
  ASSERT_TRUE(Write(*log, {"a", "b"}));
  fs::copy(options_.folder, dir_.path() / "old", fs::copy_options::recursive);
  ASSERT_TRUE(Write(*log, {"c"}));
  const Checkpoint last{"keeper1/log", 3, log->tree().Root()};
  log.reset();
  fs::remove_all(options_.folder);
  fs::rename(dir_.path() / "old", options_.folder);
  EXPECT_THAT(Open({last})->recovered().findings,
              ElementsAre("it ends after 2 records, but a checkpoint was signed over 3 records"));
  ASSERT_TRUE(Write(*Open(), {"another c"}));
  EXPECT_THAT(Open({last})->recovered().findings,
              ElementsAre(HasSubstr("are not those that a checkpoint was signed over")));
}

TEST_F(SegmentLogTest, AFileThatWasTouchedIsLeftAndANewOneBegun) {
  const auto log = Open();
  ASSERT_TRUE(Write(*log, {"a"}));
  EXPECT_EQ(log->TakeLoss(), "");
  fs::rename(Segment(0), dir_.path() / "away");
  EXPECT_THAT(log->TakeLoss(), HasSubstr("was moved, deleted, replaced"));
  EXPECT_EQ(log->TakeLoss(), "") << "said once";
  ASSERT_TRUE(Write(*log, {"b"}));
  fs::resize_file(Segment(1), fs::file_size(Segment(1)) - 1);
  ASSERT_TRUE(Write(*log, {"c"}));
  EXPECT_THAT(log->TakeLoss(), HasSubstr("was moved, deleted, replaced or changed"));
  EXPECT_TRUE(fs::exists(Segment(2)));
  fs::remove_all(options_.folder);
  ASSERT_TRUE(Write(*log, {"d"}));
  EXPECT_THAT(Said(), ElementsAre("d"));
  EXPECT_EQ(RecordsIn(options_.folder)[0].sequence, 3U) << "the gap shows";
}

TEST_F(SegmentLogTest, WhatIsInTheWayIsSetAside) {
  const auto log = Open();
  std::ofstream(Segment(0)) << "planted";
  ASSERT_TRUE(Write(*log, {"a"}));
  EXPECT_THAT(Said(), ElementsAre("a"));
  EXPECT_TRUE(fs::exists(Segment(0).string() + ".aside0"));
}

TEST_F(SegmentLogTest, AFolderHasOneWriter) {
  const auto log = Open();
  const auto second = SegmentLog::Open(options_, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, reason::kBadConfig);
  EXPECT_THAT(second.error().message, HasSubstr("another process writes the audit log"));
}

TEST_F(SegmentLogTest, AnotherLogIsNotGoneOnWith) {
  ASSERT_TRUE(Write(*Open(), {"a"}));
  options_.origin = "keeper2/log";
  const auto log = SegmentLog::Open(options_, {});
  ASSERT_FALSE(log);
  EXPECT_THAT(log.error().message, HasSubstr("is called keeper1/log, not keeper2/log"));
}

TEST_F(SegmentLogTest, AFolderThatCannotBeMadeIsRefused) {
  options_.folder = dir_.path() / "none" / "audit";
  const auto log = SegmentLog::Open(options_, {});
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().reason, reason::kAuditUnwritable);
}

TEST_F(SegmentLogTest, ExpiredAreTheOldestAndNeverTheNewest) {
  options_.segment_size = 1;
  options_.retention = std::chrono::hours(1);
  const auto log = Open();
  for (const char* note : {"a", "b", "c"}) ASSERT_TRUE(Write(*log, {note}));
  const auto fresh = fs::last_write_time(Segment(2));
  const auto now = std::chrono::time_point_cast<std::chrono::system_clock::duration>(
      std::chrono::file_clock::to_sys(fresh));
  EXPECT_THAT(log->Expired(now), IsEmpty());
  const auto old = fresh - std::chrono::hours(2);
  fs::last_write_time(Segment(0), old);
  fs::last_write_time(Segment(2), old);
  EXPECT_THAT(log->Expired(now), ElementsAre(Segment(0)));
  fs::last_write_time(Segment(1), old);
  EXPECT_THAT(log->Expired(now), ElementsAre(Segment(0), Segment(1)));
}

// No file of this process grows beyond that; a write that would is cut short, and the next fails.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uint64_t octets) {
    former_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = octets;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    (void)std::signal(SIGXFSZ, former_);
  }

 private:
  rlimit before_{};
  void (*former_)(int);
};

TEST_F(SegmentLogTest, ADiskThatIsFullInTheMiddleOfARecordLosesNothing) {
  const auto log = Open();
  ASSERT_TRUE(Write(*log, {"a"}));
  const CompactRange tree = log->tree();
  const auto size = fs::file_size(Segment(0));
  {
    const FileSizeLimit limit(size + 20);
    const Outcome failed = Write(*log, {"b"});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().reason, reason::kAuditUnwritable);
    EXPECT_THAT(failed.error().message, HasSubstr("File too large"));
    EXPECT_EQ(log->tree(), tree);
    EXPECT_EQ(fs::file_size(Segment(0)), size) << "the torn record is cut off";
  }
  EXPECT_TRUE(Write(*log, {"c"}));
  EXPECT_THAT(Said(), ElementsAre("a", "c"));
}

}  // namespace
}  // namespace dkimkeeper
