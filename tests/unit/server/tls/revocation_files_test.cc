#include "server/tls/revocation_files.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "tests/fakes/manual_clock.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fakes/test_authority.h"
#include "tests/unit/server/tls/files.h"

namespace dkimkeeper {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year;

class RevocationFilesTest : public testing::Test {
 protected:
  RevocationFilesTest() { WriteText(In("ca.pem"), root_.pem()); }

  std::string In(const char* name) const { return (directory_.path() / name).string(); }
  void Write(const TestRevocationSpec& spec) const {
    WriteText(In("crl.pem"), root_.IssueRevocationList(spec));
  }
  RevocationFiles Start() { return {{In("crl.pem")}, In("ca.pem"), rules_, alarms_, clock_.Now()}; }
  std::string Verdict() const {
    const Outcome checked = rules_.Check(peer_.certificate, "uri:a", clock_.Now());
    return checked ? "" : checked.error().reason;
  }
  std::size_t Alarms() const { return alarms_.List().size(); }

  const TempDir directory_;
  ManualClock clock_;  // 2026-01-01
  EventLog events_{[](Severity, std::string_view) {}};
  AlarmBoard alarms_{events_};
  const TestAuthority root_{"root"};
  const TestCertificate peer_ = root_.Issue({});
  PeerRules rules_{{}};
};

TEST_F(RevocationFilesTest, ListIsInForceFromTheStart) {
  Write({});
  const auto files = Start();
  EXPECT_EQ(Verdict(), "");
  EXPECT_EQ(Alarms(), 0U);
}

TEST_F(RevocationFilesTest, MissingAtTheStartRefusesUntilItIsThere) {
  auto files = Start();
  EXPECT_EQ(Verdict(), "CRL_MISSING");
  EXPECT_EQ(Alarms(), 1U);
  Write({});
  files.CheckNow(clock_.Now());
  EXPECT_EQ(Verdict(), "");
  EXPECT_EQ(Alarms(), 0U);
}

TEST_F(RevocationFilesTest, OverwrittenListIsSeenAtTheNextLook) {
  Write({});
  auto files = Start();
  Write({.revoked = {peer_}});
  files.CheckNow(clock_.Now());
  EXPECT_EQ(Verdict(), "CERTIFICATE_REVOKED");
}

TEST_F(RevocationFilesTest, ReplacedListIsSeenAtTheNextLook) {
  Write({});
  auto files = Start();
  WriteText(In("new.pem"), root_.IssueRevocationList({.revoked = {peer_}}));
  ASSERT_EQ(std::rename(In("new.pem").c_str(), In("crl.pem").c_str()), 0);
  files.CheckNow(clock_.Now());
  EXPECT_EQ(Verdict(), "CERTIFICATE_REVOKED");
}

TEST_F(RevocationFilesTest, HalfWrittenListLocksNobodyOut) {
  Write({});
  auto files = Start();
  const std::string next = root_.IssueRevocationList({.revoked = {peer_}});
  WriteText(In("crl.pem"), next.substr(0, next.size() / 2));
  files.CheckNow(clock_.Now());
  EXPECT_EQ(Verdict(), "");
  WriteText(In("crl.pem"), next);
  files.CheckNow(clock_.Now());
  EXPECT_EQ(Verdict(), "CERTIFICATE_REVOKED");
}

TEST_F(RevocationFilesTest, ListOfAnAuthorityThatComesLaterCounts) {
  WriteText(In("ca.pem"), TestAuthority("other").pem());
  Write({});
  auto files = Start();
  EXPECT_EQ(Verdict(), "CRL_MISSING");
  WriteText(In("ca.pem"), root_.pem());
  files.CheckNow(clock_.Now());
  EXPECT_EQ(Verdict(), "");
}

TEST_F(RevocationFilesTest, WhatStaysWrongRefusesAndSaysSo) {
  Write({});
  auto files = Start();
  WriteText(In("crl.pem"), "no list");
  files.CheckNow(clock_.Now());
  EXPECT_EQ(Alarms(), 0U);
  files.CheckNow(clock_.Now());
  EXPECT_EQ(Verdict(), "CRL_MISSING");
  ASSERT_EQ(Alarms(), 1U);
  EXPECT_EQ(alarms_.List()[0].subject, In("crl.pem"));
}

TEST_F(RevocationFilesTest, TakenAwayIsNoticedAtTheSecondLook) {
  Write({});
  auto files = Start();
  ASSERT_EQ(std::remove(In("crl.pem").c_str()), 0);
  files.CheckNow(clock_.Now());
  EXPECT_EQ(Verdict(), "");
  files.CheckNow(clock_.Now());
  EXPECT_EQ(Verdict(), "CRL_MISSING");
}

TEST_F(RevocationFilesTest, OverdueSuccessorIsAnAlarm) {
  Write({.next_update = sys_days(year(2026) / 1 / 2)});
  auto files = Start();
  clock_.Advance(days(2));
  files.CheckNow(clock_.Now());
  EXPECT_EQ(Verdict(), "CRL_MISSING");
  EXPECT_EQ(Alarms(), 1U);
  Write({});
  files.CheckNow(clock_.Now());
  EXPECT_EQ(Alarms(), 0U);
}

}  // namespace
}  // namespace dkimkeeper
