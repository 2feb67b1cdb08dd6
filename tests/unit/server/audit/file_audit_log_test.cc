#include "server/audit/file_audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/fakes/manual_clock.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> Lines(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// The notes of the entries in that file, in order.
std::vector<std::string> Notes(const fs::path& path) {
  std::vector<std::string> notes;
  for (const std::string& line : Lines(path)) {
    const auto begin = line.find(" claimed=");
    notes.push_back(line.substr(begin + 9, line.find(" result=") - begin - 9));
  }
  return notes;
}

class FileAuditLogTest : public testing::Test {
 protected:
  std::unique_ptr<FileAuditLog> Open() {
    auto log = FileAuditLog::Open(path_, alarms_, metrics_, clock_);
    EXPECT_TRUE(log) << log.error().message;
    return *std::move(log);
  }
  void Append(FileAuditLog& log, const std::string& note) {
    log.Append({.at = ToTimestamp(clock_.Now()),
                .identity = "unix:test",
                .act = "sign",
                .domain = "example.com",
                .sender = "default",
                .selector = "s1",
                .algorithm = "rsa-sha256",
                .digest = {},
                .claimed = note,
                .result = "ok"});
  }
  // Blocks until that event was logged; forgets it.
  void Await(std::string_view event) {
    std::unique_lock lock(mutex_);
    logged_.wait(lock, [&] {
      return std::erase_if(events_, [&](const std::string& line) {
               return line.starts_with("event=" + std::string(event) + " ");
             }) > 0;
    });
  }
  // Blocks until the file has so many lines: the writer works in a thread of its own.
  static void AwaitLines(const fs::path& path, std::size_t count) {
    while (Lines(path).size() < count) std::this_thread::yield();
  }
  std::string Metric(const std::string& name) const {
    const std::string text = "\n" + metrics_.Render();
    const auto at = text.find("\n" + name + " ");
    return text.substr(at + name.size() + 2, text.find('\n', at + 1) - at - name.size() - 2);
  }
  void PointAt(const fs::path& target) {
    fs::create_symlink(target, dir_.path() / "link.new");
    fs::rename(dir_.path() / "link.new", path_);
  }

  const TempDir dir_;
  const fs::path path_ = dir_.path() / "audit.log";
  const fs::path disk_ = dir_.path() / "disk.log";  // where path_ points at in some tests
  ManualClock clock_;
  Metrics metrics_;
  std::mutex mutex_;
  std::condition_variable logged_;
  std::vector<std::string> events_;
  EventLog events_log_{[this](Severity, std::string_view line) {
    const std::lock_guard lock(mutex_);
    events_.emplace_back(line);
    logged_.notify_all();
  }};
  AlarmBoard alarms_{events_log_};
};

TEST_F(FileAuditLogTest, ItsEndWritesWhatWaits) {
  {
    const auto log = Open();
    for (int i = 0; i < 1000; ++i) Append(*log, std::to_string(i));
  }
  const auto notes = Notes(path_);
  ASSERT_THAT(notes, SizeIs(1000));
  for (std::size_t i = 0; i < notes.size(); ++i) EXPECT_EQ(notes[i], std::to_string(i));
}

TEST_F(FileAuditLogTest, TheFileIsForItsOwnerOnly) {
  const auto log = Open();
  struct stat file{};
  ASSERT_EQ(::stat(path_.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777U, 0600U);
}

TEST_F(FileAuditLogTest, ANewProcessAppends) {
  for (const char* note : {"a", "b"}) Append(*Open(), note);
  EXPECT_THAT(Notes(path_), ElementsAre("a", "b"));
}

TEST_F(FileAuditLogTest, EntriesOfManyThreadsAreWholeLines) {
  {
    const auto log = Open();
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) Append(*log, "x");
      });
    }
  }
  EXPECT_THAT(Notes(path_), testing::AllOf(SizeIs(2000), testing::Each("x")));
}

TEST_F(FileAuditLogTest, AnUnusablePathIsRefusedAtOnce) {
  const auto log =
      FileAuditLog::Open(dir_.path() / "none" / "audit.log", alarms_, metrics_, clock_);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().reason, "STORE_AWAY");
  EXPECT_THAT(log.error().message, HasSubstr("No such file or directory"));
}

TEST_F(FileAuditLogTest, ADeletedFileIsMadeAnew) {
  const auto log = Open();
  Append(*log, "before");
  AwaitLines(path_, 1);
  fs::remove(path_);
  Append(*log, "after");
  AwaitLines(path_, 1);
  EXPECT_THAT(Notes(path_), ElementsAre("after"));
}

TEST_F(FileAuditLogTest, AMovedFileIsLeftAndNothingIsLost) {
  const auto log = Open();
  Append(*log, "before");
  AwaitLines(path_, 1);
  fs::rename(path_, dir_.path() / "audit.log.1");
  Append(*log, "after");
  AwaitLines(path_, 1);
  EXPECT_THAT(Notes(path_), ElementsAre("after"));
  EXPECT_THAT(Notes(dir_.path() / "audit.log.1"), ElementsAre("before"));
}

TEST_F(FileAuditLogTest, AFullDiskRaisesAnAlarmAndEntriesWait) {
  PointAt("/dev/full");
  const auto log = Open();
  Append(*log, "a");
  Await("alarm.raised");
  ASSERT_THAT(alarms_.List(), SizeIs(1));
  EXPECT_EQ(alarms_.List()[0].name, "audit.failing");
  EXPECT_THAT(alarms_.List()[0].message, HasSubstr("No space left on device"));
  Append(*log, "b");

  PointAt(disk_);
  Await("alarm.cleared");
  AwaitLines(disk_, 2);
  EXPECT_THAT(Notes(disk_), ElementsAre("a", "b"));
  EXPECT_THAT(alarms_.List(), IsEmpty());
  EXPECT_EQ(Metric("dkimkeeper_audit_dropped_total"), "0");
}

TEST_F(FileAuditLogTest, ItsEndTriesTheDiskOnceMore) {
  PointAt("/dev/full");
  auto log = Open();
  Append(*log, "a");
  Await("alarm.raised");
  Append(*log, "b");
  PointAt(disk_);
  log.reset();
  EXPECT_THAT(Notes(disk_), ElementsAre("a", "b"));
}

TEST_F(FileAuditLogTest, ItsEndGivesADeadDiskUp) {
  PointAt("/dev/full");
  auto log = Open();
  Append(*log, "a");
  log.reset();
  EXPECT_THAT(alarms_.List(), SizeIs(1));
}

TEST_F(FileAuditLogTest, WhatIsOverTheBoundIsCountedAndSaid) {
  PointAt("/dev/full");
  auto log = Open();
  for (std::size_t i = 0; i < FileAuditLog::kMaxWaiting + 7; ++i) Append(*log, "x");
  EXPECT_EQ(Metric("dkimkeeper_audit_dropped_total"), "7");
  PointAt(disk_);
  log.reset();
  const auto lines = Lines(disk_);
  ASSERT_THAT(lines, SizeIs(FileAuditLog::kMaxWaiting + 1));
  EXPECT_THAT(lines.back(), HasSubstr("event=audit.dropped "));
  EXPECT_THAT(lines.back(), HasSubstr("result=\"7 entries\""));
}

// As many bytes as a file may have in this process, while this lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    const rlimit limit{bytes, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before_), 0);
    static_cast<void>(std::signal(SIGXFSZ, handler_));
  }

 private:
  rlimit before_{};
  void (*const handler_)(int);
};

TEST_F(FileAuditLogTest, ATornLineIsCutOffAgain) {
  auto log = Open();
  Append(*log, "whole");
  AwaitLines(path_, 1);
  const auto size = fs::file_size(path_);
  {
    const FileSizeLimit limit(size + 20);
    Append(*log, "torn");
    Await("alarm.raised");
    EXPECT_EQ(fs::file_size(path_), size);
    EXPECT_THAT(alarms_.List()[0].message, HasSubstr("File too large"));
  }
  log.reset();
  EXPECT_THAT(Notes(path_), ElementsAre("whole", "torn"));
}

}  // namespace
}  // namespace dkimkeeper
