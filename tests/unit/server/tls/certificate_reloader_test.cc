#include "server/tls/certificate_reloader.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <ostream>
#include <string>
#include <vector>

#include "tests/fakes/manual_clock.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fakes/test_authority.h"
#include "tests/unit/server/tls/files.h"

namespace dkimkeeper {

void PrintTo(CertificateChange change, std::ostream* out) {
  constexpr const char* kNames[] = {"none", "settling", "published", "refused"};
  *out << kNames[static_cast<int>(change)];
}

namespace {

using std::chrono::hours;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;
using testing::HasSubstr;
using testing::IsEmpty;

class CertificateReloaderTest : public testing::Test {
 protected:
  void SetUp() override {
    auto copy = PrivateCopy::Open(In("copy"));
    ASSERT_TRUE(copy) << copy.error().message;
    copy_ = std::move(*copy);
    WriteOperatorFiles(first_);
    WriteText(In("ca.pem"), root_.pem());
  }

  std::string In(const char* name) const { return (directory_.path() / name).string(); }
  void WriteOperatorFiles(const TestCertificate& certificate) const {
    WriteText(In("server.pem"), certificate.certificate);
    WriteText(In("server.key"), certificate.key);
  }
  Result<std::unique_ptr<CertificateReloader>> TryStart() {
    return CertificateReloader::Start({In("server.pem"), In("server.key"), In("ca.pem")}, *copy_,
                                      alarms_, clock_.Now());
  }
  std::unique_ptr<CertificateReloader> Start() {
    auto reloader = TryStart();
    EXPECT_TRUE(reloader) << reloader.error().message;
    return std::move(*reloader);
  }
  // The next look, one interval later.
  CertificateChange Look(CertificateReloader& reloader) {
    clock_.Advance(seconds(2));
    return reloader.CheckNow(clock_.Now());
  }
  std::string Served() const {
    return ReadText(copy_->paths().certificate) + ReadText(copy_->paths().key);
  }
  static std::string Both(const TestCertificate& c) { return c.certificate + c.key; }
  std::string AlarmMessage() const {
    const auto alarms = alarms_.List();
    return alarms.empty() ? "" : alarms[0].message;
  }

  ManualClock clock_;
  EventLog log_{[](Severity, std::string_view) {}};
  AlarmBoard alarms_{log_};
  const TempDir directory_;
  const TestAuthority root_{"root"};
  const TestCertificate first_ = root_.IssueServer();
  const TestCertificate second_ = root_.IssueServer();
  std::unique_ptr<PrivateCopy> copy_;
};

TEST_F(CertificateReloaderTest, StartPublishesAtOnce) {
  const auto reloader = Start();
  EXPECT_EQ(Served(), Both(first_));
  EXPECT_EQ(ReadText(copy_->paths().client_ca), root_.pem());
  EXPECT_EQ(reloader->expires(), sys_days(year(2099) / 1 / 1));
}

TEST_F(CertificateReloaderTest, StartRefusesWhatIsNotRight) {
  WriteText(In("server.key"), second_.key);
  const auto reloader = TryStart();
  ASSERT_FALSE(reloader);
  EXPECT_EQ(reloader.error().reason, "BAD_CERTIFICATE");
  EXPECT_THAT(reloader.error().message, HasSubstr(In("server.key")));
  EXPECT_EQ(Served(), "");
}

TEST_F(CertificateReloaderTest, UntouchedFilesAreNoChange) {
  const auto reloader = Start();
  EXPECT_EQ(Look(*reloader), CertificateChange::kNone);
  WriteOperatorFiles(first_);  // touched, the same bytes
  EXPECT_EQ(Look(*reloader), CertificateChange::kNone);
  EXPECT_THAT(alarms_.List(), IsEmpty());
}

TEST_F(CertificateReloaderTest, ReplacedFilesArePublishedOnceTheyHoldStill) {
  const auto reloader = Start();
  WriteOperatorFiles(second_);
  EXPECT_EQ(Look(*reloader), CertificateChange::kSettling);
  EXPECT_EQ(Served(), Both(first_));
  EXPECT_EQ(Look(*reloader), CertificateChange::kPublished);
  EXPECT_EQ(Served(), Both(second_));
  EXPECT_EQ(Look(*reloader), CertificateChange::kNone);
}

TEST_F(CertificateReloaderTest, FilesReplacedOneByOneRaiseNoAlarm) {
  const auto reloader = Start();
  WriteText(In("server.key"), second_.key);
  EXPECT_EQ(Look(*reloader), CertificateChange::kSettling);
  WriteText(In("server.pem"), second_.certificate);
  EXPECT_EQ(Look(*reloader), CertificateChange::kSettling);
  EXPECT_EQ(Look(*reloader), CertificateChange::kPublished);
  EXPECT_THAT(alarms_.List(), IsEmpty());
}

TEST_F(CertificateReloaderTest, HalfWrittenFileIsNeverPublished) {
  const auto reloader = Start();
  WriteText(In("server.key"), second_.key);
  for (std::size_t size = 0; size + 1 < second_.certificate.size(); size += 13) {
    WriteText(In("server.pem"), second_.certificate.substr(0, size));
    EXPECT_EQ(Look(*reloader), CertificateChange::kSettling);
    EXPECT_EQ(Look(*reloader), CertificateChange::kRefused) << size;
    ASSERT_EQ(Served(), Both(first_)) << size;
  }
  WriteText(In("server.pem"), second_.certificate);
  EXPECT_EQ(Look(*reloader), CertificateChange::kSettling);
  EXPECT_EQ(Look(*reloader), CertificateChange::kPublished);
  EXPECT_EQ(Served(), Both(second_));
  EXPECT_THAT(alarms_.List(), IsEmpty());
}

TEST_F(CertificateReloaderTest, MismatchIsRefusedTheOldSetStaysAndTheAlarmStandsUntilFixed) {
  const auto reloader = Start();
  WriteText(In("server.key"), second_.key);
  EXPECT_EQ(Look(*reloader), CertificateChange::kSettling);
  EXPECT_EQ(Look(*reloader), CertificateChange::kRefused);
  EXPECT_EQ(Look(*reloader), CertificateChange::kRefused);
  EXPECT_EQ(Served(), Both(first_));
  ASSERT_EQ(alarms_.List().size(), 1U);
  EXPECT_EQ(alarms_.List()[0].name, "tls.refused");
  EXPECT_EQ(alarms_.List()[0].subject, In("server.pem"));
  EXPECT_THAT(AlarmMessage(), HasSubstr("is not the key of"));

  WriteText(In("server.pem"), second_.certificate);
  EXPECT_EQ(Look(*reloader), CertificateChange::kSettling);
  EXPECT_EQ(alarms_.List().size(), 1U);
  EXPECT_EQ(Look(*reloader), CertificateChange::kPublished);
  EXPECT_THAT(alarms_.List(), IsEmpty());
}

TEST_F(CertificateReloaderTest, OldFilesPutBackClearTheAlarm) {
  const auto reloader = Start();
  WriteText(In("ca.pem"), "");
  (void)Look(*reloader);
  EXPECT_EQ(Look(*reloader), CertificateChange::kRefused);
  EXPECT_THAT(AlarmMessage(), HasSubstr("ca.pem: holds no certificate"));
  EXPECT_EQ(ReadText(copy_->paths().client_ca), root_.pem());
  WriteText(In("ca.pem"), root_.pem());
  EXPECT_EQ(Look(*reloader), CertificateChange::kNone);
  EXPECT_THAT(alarms_.List(), IsEmpty());
}

TEST_F(CertificateReloaderTest, MissingFileIsRefusedOnceItStaysMissing) {
  const auto reloader = Start();
  ASSERT_EQ(std::remove(In("server.pem").c_str()), 0);
  EXPECT_EQ(Look(*reloader), CertificateChange::kSettling);
  EXPECT_EQ(Look(*reloader), CertificateChange::kRefused);
  EXPECT_EQ(Look(*reloader), CertificateChange::kRefused);
  EXPECT_THAT(AlarmMessage(), HasSubstr("No such file or directory"));
  EXPECT_EQ(Served(), Both(first_));
}

TEST_F(CertificateReloaderTest, NewClientAuthorityAloneIsAChange) {
  const auto reloader = Start();
  const TestAuthority another("another");
  WriteText(In("ca.pem"), root_.pem() + another.pem());
  (void)Look(*reloader);
  EXPECT_EQ(Look(*reloader), CertificateChange::kPublished);
  EXPECT_EQ(ReadText(copy_->paths().client_ca), root_.pem() + another.pem());
}

TEST_F(CertificateReloaderTest, SetThatIsNotValidYetIsPublishedWhenItsTimeComes) {
  const auto reloader = Start();
  const TestCertificate future = root_.Issue({.not_before = sys_days(year(2026) / 1 / 2)});
  WriteOperatorFiles(future);
  (void)Look(*reloader);
  EXPECT_EQ(Look(*reloader), CertificateChange::kRefused);
  clock_.Advance(hours(24));
  EXPECT_EQ(Look(*reloader), CertificateChange::kPublished);
  EXPECT_EQ(Served(), Both(future));
}

TEST_F(CertificateReloaderTest, ExpiryOfTheSetInForceRaisesTheAlarmAndGoesOnServing) {
  WriteOperatorFiles(root_.Issue({.not_after = sys_days(year(2026) / 1 / 2)}));
  const auto reloader = Start();
  EXPECT_EQ(Look(*reloader), CertificateChange::kNone);
  clock_.Advance(hours(24));
  EXPECT_EQ(Look(*reloader), CertificateChange::kRefused);
  EXPECT_THAT(AlarmMessage(), HasSubstr("expired at 2026-01-02T00:00:00Z"));
  EXPECT_NE(Served(), "");
  WriteOperatorFiles(second_);
  EXPECT_EQ(Look(*reloader), CertificateChange::kSettling);
  EXPECT_EQ(Look(*reloader), CertificateChange::kPublished);
  EXPECT_THAT(alarms_.List(), IsEmpty());
}

TEST_F(CertificateReloaderTest, SetThatCannotBeCopiedIsRefusedAndTriedAgain) {
  const auto reloader = Start();
  WriteText(In("copy/set-2"), "");  // where the next set would go stands a file
  WriteOperatorFiles(second_);
  (void)Look(*reloader);
  EXPECT_EQ(Look(*reloader), CertificateChange::kRefused);
  EXPECT_THAT(AlarmMessage(), HasSubstr("cannot write the private copy"));
  EXPECT_EQ(Served(), Both(first_));
  std::filesystem::remove(In("copy/set-2"));
  EXPECT_EQ(Look(*reloader), CertificateChange::kPublished);
  EXPECT_EQ(Served(), Both(second_));
}

}  // namespace
}  // namespace dkimkeeper
