#include "server/tls/peer_rules.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/fakes/manual_clock.h"
#include "tests/fakes/temp_dir.h"
#include "tests/fakes/test_authority.h"
#include "tests/unit/server/tls/files.h"

namespace dkimkeeper {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year;
using testing::HasSubstr;

constexpr const char* kIdentity = "uri:spiffe://mail.example/mx1";

class PeerRulesTest : public testing::Test {
 protected:
  // The reason of the refusal; empty: none.
  std::string Verdict(const PeerRules& rules, const TestCertificate& peer) const {
    return Verdict(rules, peer.certificate);
  }
  std::string Verdict(const PeerRules& rules, const std::string& pem) const {
    const Outcome checked = rules.Check(pem, kIdentity, clock_.Now());
    if (checked) return "";
    EXPECT_EQ(checked.error().code, Code::kUnauthenticated);
    return checked.error().reason;
  }

  void Publish(const std::vector<std::string>& files) {
    const auto authorities = ParseCertificates(root_.pem() + other_.pem());
    auto revocation = std::make_shared<PeerRules::Revocation>();
    revocation->configured = true;
    for (const std::string& file : files) {
      auto lists = RevocationList::Parse(file, *authorities);
      ASSERT_TRUE(lists) << lists.error().message;
      revocation->files.push_back(
          std::make_shared<const std::vector<RevocationList>>(*std::move(lists)));
    }
    rules_.revocation().Publish(std::move(revocation));
  }

  // Why a text is no list of root_'s.
  std::string Refusal(const std::string& pem) const {
    const auto authorities = ParseCertificates(root_.pem());
    const auto lists = RevocationList::Parse(pem, *authorities);
    return lists ? "" : lists.error().message;
  }

  PinnedIssuer Pin(const std::string& pattern, const TestAuthority& authority) const {
    const std::string path = (directory_.path() / "pin.pem").string();
    WriteText(path, authority.pem());
    return *PinnedIssuer::Read(pattern, path);
  }

  const TempDir directory_;
  ManualClock clock_;  // 2026-01-01
  const TestAuthority root_{"root"};
  const TestAuthority other_{"other"};
  const TestCertificate peer_ = root_.Issue({.names = {"URI:spiffe://mail.example/mx1"}});
  const TestCertificate second_ = root_.Issue({});
  PeerRules rules_{{}};
};

TEST_F(PeerRulesTest, WithoutRulesOnlyTheDatesCount) {
  EXPECT_EQ(Verdict(rules_, peer_), "");
  const auto ends = root_.Issue({.not_after = sys_days(year(2026) / 1 / 2)});
  EXPECT_EQ(Verdict(rules_, ends), "");
  clock_.Advance(days(2));
  EXPECT_EQ(Verdict(rules_, ends), "CERTIFICATE_EXPIRED");
  EXPECT_EQ(Verdict(rules_, root_.Issue({.not_before = sys_days(year(2027) / 1 / 1)})),
            "CERTIFICATE_EXPIRED");
}

TEST_F(PeerRulesTest, NoEndIsFarAway) {
  EXPECT_EQ(Verdict(rules_, root_.Issue({.not_after = sys_days(year(9999) / 12 / 31)})), "");
}

TEST_F(PeerRulesTest, AnEndThatPassesIsTold) {
  int told = 0;
  const Subscription subscription = rules_.revocation().Subscribe([&told] { ++told; });
  EXPECT_EQ(Verdict(rules_, root_.Issue({.not_after = sys_days(year(2026) / 1 / 2)})), "");
  rules_.NoteTime(clock_.Now());
  clock_.Advance(days(2));
  EXPECT_EQ(told, 0);
  rules_.NoteTime(clock_.Now());
  EXPECT_EQ(told, 1);
  rules_.NoteTime(clock_.Now());
  EXPECT_EQ(told, 1);
}

TEST_F(PeerRulesTest, WhatIsNoCertificateIsRefused) {
  EXPECT_EQ(Verdict(rules_, std::string()), "BAD_CERTIFICATE");
  EXPECT_EQ(Verdict(rules_, peer_.certificate.substr(0, 200)), "BAD_CERTIFICATE");
}

TEST_F(PeerRulesTest, RevokedFromTheMomentTheListIsThere) {
  Publish({root_.IssueRevocationList({.revoked = {second_}})});
  EXPECT_EQ(Verdict(rules_, peer_), "");
  EXPECT_EQ(Verdict(rules_, second_), "CERTIFICATE_REVOKED");
  Publish({root_.IssueRevocationList({.revoked = {second_, peer_}})});
  EXPECT_EQ(Verdict(rules_, peer_), "CERTIFICATE_REVOKED");
}

TEST_F(PeerRulesTest, IssuerWithoutListIsRefusedWhereThereAreLists) {
  Publish({});
  EXPECT_EQ(Verdict(rules_, peer_), "CRL_MISSING");
  Publish({other_.IssueRevocationList({})});
  EXPECT_EQ(Verdict(rules_, peer_), "CRL_MISSING");
  EXPECT_EQ(Verdict(rules_, other_.Issue({})), "");
  Publish({other_.IssueRevocationList({}) + root_.IssueRevocationList({})});
  EXPECT_EQ(Verdict(rules_, peer_), "");
}

TEST_F(PeerRulesTest, OldListClearsNobodyAndStillRevokes) {
  Publish({root_.IssueRevocationList(
      {.revoked = {second_}, .next_update = sys_days(year(2026) / 1 / 2)})});
  EXPECT_EQ(Verdict(rules_, peer_), "");
  clock_.Advance(days(2));
  EXPECT_EQ(Verdict(rules_, peer_), "CRL_MISSING");
  EXPECT_EQ(Verdict(rules_, second_), "CERTIFICATE_REVOKED");
}

TEST_F(PeerRulesTest, ListsThatProveNothingAreRefused) {
  EXPECT_EQ(Refusal(root_.IssueRevocationList({})), "");
  EXPECT_THAT(Refusal(other_.IssueRevocationList({})), HasSubstr("signed by no authority"));
  // The same name, another key.
  EXPECT_THAT(Refusal(TestAuthority("root").IssueRevocationList({})),
              HasSubstr("signed by no authority"));
  EXPECT_THAT(Refusal(root_.IssueRevocationList({.says_next_update = false})),
              HasSubstr("next update"));
  EXPECT_THAT(Refusal(root_.IssueRevocationList({.partial = true})), HasSubstr("only part"));
  EXPECT_THAT(Refusal(root_.pem()), HasSubstr("holds no revocation list"));
  const std::string list = root_.IssueRevocationList({.revoked = {peer_}});
  EXPECT_THAT(Refusal(list.substr(0, list.size() / 2)), HasSubstr("cut short"));
}

TEST_F(PeerRulesTest, PinnedIdentityIsFromItsIssuerOnly) {
  const auto with = [&](const std::string& pattern, const TestAuthority& authority) {
    std::vector<PinnedIssuer> pins;
    pins.push_back(Pin(pattern, authority));
    return Verdict(PeerRules(std::move(pins)), peer_);
  };
  EXPECT_EQ(with("uri:spiffe://mail.example/*", root_), "");
  EXPECT_EQ(with("uri:spiffe://mail.example/*", other_), "WRONG_ISSUER");
  EXPECT_EQ(with(kIdentity, other_), "WRONG_ISSUER");
  EXPECT_EQ(with("*", other_), "WRONG_ISSUER");
  EXPECT_EQ(with("uri:spiffe://mail.example/mx", other_), "");  // exact, and another one
  EXPECT_EQ(with("uri:spiffe://web.example/*", other_), "");
  // A name can be copied, a key cannot.
  EXPECT_EQ(with("*", TestAuthority("root")), "WRONG_ISSUER");
}

TEST_F(PeerRulesTest, PinFileThatIsNoneIsNamed) {
  const auto pin = PinnedIssuer::Read("*", "/nowhere/ca.pem");
  ASSERT_FALSE(pin);
  EXPECT_THAT(pin.error().message, HasSubstr("/nowhere/ca.pem"));
}

}  // namespace
}  // namespace dkimkeeper
