#include "server/audit/audit_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <thread>

#include "proto/reason.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/server/audit/faulty_files.h"
#include "tests/unit/server/audit/log_reading.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class AuditWriterTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<AuditWriter> Open() {
    log_options_.open = files_.Opener();
    auto log = SegmentLog::Open(log_options_, {});
    EXPECT_TRUE(log) << log.error().message;
    return std::make_unique<AuditWriter>(
        *std::move(log), options_, alarms_, metrics_, clock_,
        [this](const AuditEntry& entry) { forwarded_.push_back(entry.act); });
  }
  [[nodiscard]] static AuditEntry Entry(const std::string& note) {
    return {.at = {}, .act = "sign", .claimed = note, .result = "ok"};
  }
  // What the one who waits is told.
  [[nodiscard]] static std::future<Outcome> Ask(AuditWriter& log, const std::string& note,
                                                AuditLog::Awaited awaited) {
    auto told = std::make_shared<std::promise<Outcome>>();
    auto answer = told->get_future();
    log.Append(Entry(note), awaited, [told](const Outcome& written) { told->set_value(written); });
    return answer;
  }
  [[nodiscard]] std::future<Outcome> Sign(AuditWriter& log, const std::string& note) const {
    return Ask(log, note, AuditLog::Awaited::kSignature);
  }
  [[nodiscard]] std::future<Outcome> Act(AuditWriter& log, const std::string& note) const {
    return Ask(log, note, AuditLog::Awaited::kAct);
  }
  [[nodiscard]] std::vector<std::string> Said() const {
    return dkimkeeper::Said(RecordsIn(log_options_.folder));
  }
  [[nodiscard]] std::vector<std::string> AlarmNames() const {
    std::vector<std::string> names;
    for (const Alarm& alarm : alarms_.List()) names.push_back(alarm.name);
    return names;
  }
  // Makes the log unwritable, and waits until that is known.
  void Break(AuditWriter& log, const std::string& why) {
    files_.Fail(why);
    log.Append(Entry("broken"));
    log.Flush();
    EXPECT_FALSE(log.State().writable);
  }
  static void AwaitWritable(const AuditWriter& log) {
    while (!log.State().writable) std::this_thread::yield();
  }

  TempDir dir_;
  ManualClock clock_;
  EventLog events_{[](Severity, std::string_view) {}};
  AlarmBoard alarms_{events_};
  Metrics metrics_;
  FaultyFiles files_;
  std::vector<std::string> forwarded_;  // to be read when the log is gone
  SegmentLog::Options log_options_{.folder = dir_.path() / "audit", .origin = "keeper1/log"};
  AuditWriter::Options options_{.buffer = milliseconds(1), .retry = milliseconds(1)};
};

TEST_F(AuditWriterTest, WhatIsAppendedIsWritten) {
  auto log = Open();
  log->Append(Entry("a"));
  log->Append(Entry("b"));
  log->Flush();
  EXPECT_THAT(Said(), ElementsAre("audit.opened", "a", "b"));
  EXPECT_EQ(log->State().records, 3U);
  EXPECT_EQ(log->Tree().size(), 3U);
  log.reset();
  EXPECT_THAT(forwarded_, ElementsAre("audit.opened", "sign", "sign"));
  EXPECT_THAT(metrics_.Render(), HasSubstr("dkimkeeper_audit_records_total 3"));
}

TEST_F(AuditWriterTest, ItsEndWritesWhatWaits) {
  options_.buffer = std::chrono::hours(1);
  auto log = Open();
  log->Append(Entry("a"));
  log.reset();
  EXPECT_THAT(Said(), ElementsAre("audit.opened", "a"));
}

TEST_F(AuditWriterTest, WhoWaitsIsToldWhenItIsOnTheDisk) {
  options_ = {.durable = true, .buffer = std::chrono::hours(1)};
  const auto log = Open();
  EXPECT_TRUE(log->HoldsSignatures());
  files_.Hold();
  auto first = Sign(*log, "first");
  files_.WaitUntilHeld();
  auto second = Sign(*log, "second");
  auto third = Sign(*log, "third");
  EXPECT_EQ(first.wait_for(milliseconds(0)), std::future_status::timeout);
  files_.Release();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(second.get());
  EXPECT_TRUE(third.get());
  EXPECT_THAT(Said(), UnorderedElementsAre("audit.opened", "first", "second", "third"));
}

TEST_F(AuditWriterTest, RecordsOfManyThreadsAreAllThereAndAcknowledgedInGroups) {
  options_.durable = true;
  const auto log = Open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string note = std::to_string(t) + "/" + std::to_string(i);
        EXPECT_TRUE(Sign(*log, note).get());
        EXPECT_GT(log->State().records, 0U);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(RecordsIn(log_options_.folder), SizeIs(401));
  EXPECT_LE(files_.writes(), 403U);
}

TEST_F(AuditWriterTest, AFullDiskIsAnAlarmAndSignaturesGoOnWithTheirRecordsInMemory) {
  options_.durable = true;
  const auto log = Open();
  ASSERT_TRUE(Sign(*log, "before").get());
  files_.Fail("No space left on device");
  EXPECT_TRUE(Sign(*log, "notices").get()) << "the policy is to go on";
  EXPECT_THAT(AlarmNames(), ElementsAre("audit.failing"));
  EXPECT_THAT(alarms_.List()[0].message, HasSubstr("No space left on device"));
  EXPECT_TRUE(Sign(*log, "later").get());
  EXPECT_TRUE(log->AdmitsSignature());
  files_.Fail("");
  AwaitWritable(*log);
  log->Flush();
  EXPECT_THAT(AlarmNames(), IsEmpty());
  const auto said = Said();
  for (const char* note : {"before", "notices", "later"}) EXPECT_THAT(said, Contains(note));
  EXPECT_THAT(said, Contains(HasSubstr("audit.unwritable: No space left on device")));
}

TEST_F(AuditWriterTest, WhereThePolicyIsToStopASignatureDoesNotLeaveWithoutItsRecord) {
  options_.durable = true;
  options_.stop_when_unwritable = true;
  const auto log = Open();
  files_.Fail("Input/output error");
  const Outcome told = Sign(*log, "notices").get();
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, Code::kUnavailable);
  EXPECT_EQ(told.error().reason, reason::kAuditUnwritable);
  EXPECT_EQ(log->AdmitsSignature().error().reason, reason::kAuditUnwritable);
  EXPECT_FALSE(Sign(*log, "later").get());
  files_.Fail("");
  AwaitWritable(*log);
  log->Flush();
  EXPECT_TRUE(log->AdmitsSignature());
  EXPECT_TRUE(Sign(*log, "after").get());
  for (const AuditRecord& record : RecordsIn(log_options_.folder)) {
    if (record.act != "sign") continue;
    EXPECT_EQ(record.result, record.claimed == "after" ? "ok" : "AUDIT_UNWRITABLE");
  }
}

TEST_F(AuditWriterTest, NoActBeginsWithoutItsRecord) {
  const auto log = Open();
  files_.Fail("No space left on device");
  EXPECT_EQ(Act(*log, "notices").get().error().reason, reason::kAuditUnwritable);
  EXPECT_EQ(Act(*log, "later").get().error().reason, reason::kAuditUnwritable);
  files_.Fail("");
  AwaitWritable(*log);
  EXPECT_TRUE(Act(*log, "after").get());
  const auto said = Said();
  EXPECT_THAT(said, testing::Not(Contains("notices")));
  EXPECT_THAT(said, Contains("after"));
}

TEST_F(AuditWriterTest, WhatHasNoRoomIsCountedAndOnRecordAfterwards) {
  options_.spool = 10;
  const auto log = Open();
  Break(*log, "No space left on device");
  for (int i = 0; i < 20; ++i) log->Append(Entry("x"));
  EXPECT_LE(log->State().waiting, 11U);
  const auto dropped = log->State().dropped;
  EXPECT_GE(dropped, 10U);
  files_.Fail("");
  AwaitWritable(*log);
  log->Flush();
  EXPECT_THAT(Said(), Contains("audit.dropped: " + std::to_string(dropped) + " records"));
  EXPECT_THAT(metrics_.Render(),
              HasSubstr("dkimkeeper_audit_dropped_total " + std::to_string(dropped)));
}

TEST_F(AuditWriterTest, ADiskThatDoesNotAnswerHoldsNobodyUp) {
  options_.durable = true;
  const auto log = Open();
  ASSERT_TRUE(Sign(*log, "before").get());
  files_.Hold();
  auto held = Sign(*log, "held");
  files_.WaitUntilHeld();
  auto act = Act(*log, "act");
  log->Look();
  EXPECT_EQ(held.wait_for(milliseconds(0)), std::future_status::timeout) << "not so soon";
  clock_.Advance(options_.patience + milliseconds(1));
  log->Look();
  EXPECT_TRUE(held.get()) << "the policy is to go on";
  EXPECT_FALSE(act.get());
  EXPECT_THAT(AlarmNames(), ElementsAre("audit.failing"));
  EXPECT_THAT(alarms_.List()[0].message, HasSubstr("the disk does not answer"));
  EXPECT_TRUE(Sign(*log, "meanwhile").get());
  files_.Release();
  AwaitWritable(*log);
  log->Flush();
  EXPECT_THAT(AlarmNames(), IsEmpty());
  EXPECT_THAT(Said(), ElementsAre("audit.opened", "before", "held", "meanwhile"));
}

TEST_F(AuditWriterTest, ADeletedSegmentIsNoticedAndOnRecord) {
  const auto log = Open();
  ASSERT_TRUE(Act(*log, "before").get());
  fs::remove(log_options_.folder / SegmentFileName(0));
  ASSERT_TRUE(Act(*log, "after").get());
  EXPECT_THAT(AlarmNames(), ElementsAre("audit.damaged"));
  const auto said = Said();
  EXPECT_THAT(said, Contains("after"));
  EXPECT_THAT(said, Contains(HasSubstr("audit.damaged: ")));
}

TEST_F(AuditWriterTest, AnIdleLogNoticesToo) {
  const auto log = Open();
  ASSERT_TRUE(Act(*log, "before").get());
  fs::remove_all(log_options_.folder);
  while (alarms_.List().empty()) std::this_thread::yield();
  EXPECT_THAT(AlarmNames(), ElementsAre("audit.damaged"));
}

TEST_F(AuditWriterTest, ExpiredSegmentsGoWhenThatIsOnRecord) {
  log_options_.segment_size = 1;
  {
    const auto log = Open();
    ASSERT_TRUE(Act(*log, "old").get());
    ASSERT_TRUE(Act(*log, "newest").get());
  }
  const auto first = log_options_.folder / SegmentFileName(0);
  ASSERT_TRUE(fs::exists(first));
  fs::last_write_time(first, fs::last_write_time(first) - std::chrono::days(2));
  clock_.JumpTo(std::chrono::time_point_cast<std::chrono::system_clock::duration>(
                    std::chrono::file_clock::to_sys(fs::last_write_time(first))) +
                std::chrono::days(366));
  ASSERT_TRUE(Act(*Open(), "new").get());
  EXPECT_FALSE(fs::exists(first));
  EXPECT_THAT(Said(), Contains(HasSubstr("audit.expired: 00000000000000000000.audit")));
}

TEST_F(AuditWriterTest, WhatTheStartFoundIsOnRecordAndDamageAnAlarm) {
  ASSERT_TRUE(Act(*Open(), "a").get());
  std::ofstream(log_options_.folder / SegmentFileName(0), std::ios::app) << '\0' << '\0';
  {
    const auto log = Open();
    log->Flush();
    EXPECT_THAT(Said(),
                Contains("audit.opened: 2 octets of a write that was cut short are cut off"));
    EXPECT_THAT(AlarmNames(), IsEmpty());
  }
  std::ofstream(log_options_.folder / SegmentFileName(0), std::ios::app) << "12345678";
  const auto log = Open();
  EXPECT_THAT(AlarmNames(), ElementsAre("audit.damaged"));
}

TEST_F(AuditWriterTest, ItsEndTriesADeadDiskOnceAndGivesUp) {
  auto log = Open();
  Break(*log, "Input/output error");
  log.reset();
  EXPECT_THAT(AlarmNames(), ElementsAre("audit.failing"));
}

}  // namespace
}  // namespace dkimkeeper
