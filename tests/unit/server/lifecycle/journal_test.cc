#include "server/lifecycle/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/manual_clock.h"
#include "tests/fakes/recording_audit_log.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class JournalTest : public testing::Test {
 protected:
  std::vector<std::string> lines_;
  std::vector<Severity> severities_;
  EventLog events_{[this](Severity severity, std::string_view line) {
    lines_.emplace_back(line);
    severities_.push_back(severity);
  }};
  RecordingAuditLog audit_;
  ManualClock clock_;
  Journal journal_{events_, audit_, clock_};
  const Identity caller_ = sample::IdentityOf("unix:admin");
  const Subject subject_{
      .domain = "example.com", .sender = "news", .selector = "s1", .detail = "moved house"};
};

TEST_F(JournalTest, WhatWasDoneIsOneEventAndOneEntry) {
  const auto passed = journal_.Recorded("key.activate", caller_, subject_, Result<int>(7));
  EXPECT_EQ(passed.value(), 7);
  EXPECT_THAT(lines_, ElementsAre("event=key.activate identity=unix:admin domain=example.com "
                                  "sender=news selector=s1 detail=\"moved house\" result=ok"));
  EXPECT_THAT(severities_, ElementsAre(Severity::kInfo));
  ASSERT_THAT(audit_.entries(), SizeIs(1));
  const AuditEntry entry = audit_.entries()[0];
  EXPECT_EQ(entry.at, ToTimestamp(clock_.Now()));
  EXPECT_EQ(entry.identity, "unix:admin");
  EXPECT_EQ(entry.act, "key.activate");
  EXPECT_EQ(entry.domain, "example.com");
  EXPECT_EQ(entry.sender, "news");
  EXPECT_EQ(entry.selector, "s1");
  EXPECT_EQ(entry.detail, "moved house");
  EXPECT_EQ(entry.claimed, "") << "what a caller of signatures claims";
  EXPECT_EQ(entry.result, "ok");
}

TEST_F(JournalTest, ARefusalPassesThroughAndIsWrittenDown) {
  const auto passed = journal_.Recorded(
      "key.activate", caller_, subject_,
      Result<int>(Fail(Code::kFailedPrecondition, "WRONG_STATE", "it is REVOKED")));
  EXPECT_EQ(passed.error().reason, "WRONG_STATE");
  EXPECT_EQ(passed.error().message, "it is REVOKED");
  EXPECT_THAT(severities_, ElementsAre(Severity::kWarning));
  EXPECT_EQ(audit_.entries().at(0).result, "WRONG_STATE");
}

TEST_F(JournalTest, NoDetailForgesAnEvent) {
  Subject subject = subject_;
  subject.detail = "x\nevent=key.destroy result=ok";
  journal_.Record("key.activate", caller_, subject, nullptr);
  ASSERT_THAT(lines_, SizeIs(1));
  EXPECT_EQ(lines_[0].find('\n'), std::string::npos);
}

}  // namespace
}  // namespace dkimkeeper
