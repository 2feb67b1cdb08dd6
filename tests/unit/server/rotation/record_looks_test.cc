#include "server/rotation/record_looks.h"

#include <gtest/gtest.h>

#include "server/rotation/record_changes.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using enum RecordFinding;

RecordCheck CheckOf(RecordWish wish, const std::vector<RecordFinding>& findings) {
  RecordCheck check{.at = sample::Minute(0),
                    .name = "s1._domainkey.example.com",
                    .zone = "example.com",
                    .wish = wish};
  check.verdict = RecordVerdict::kDiffers;
  for (const RecordFinding finding : findings) {
    check.servers.push_back({.server = "ns" + std::to_string(check.servers.size() + 1),
                             .address = "192.0.2.1@53",
                             .finding = finding});
  }
  return check;
}

TEST(ProblemOf, PointsAtTheFirstServerThatIsInTheWay) {
  RecordCheck check = CheckOf(RecordWish::kKey, {kAsWished, kOtherKey, kMissing});
  EXPECT_EQ(ProblemOf(check), "ns2: another key");
  check.servers[1].detail = "p= differs from octet 17 on";
  EXPECT_EQ(ProblemOf(check), "ns2: another key (p= differs from octet 17 on)");
  check.servers[1].waived = true;
  EXPECT_EQ(ProblemOf(check), "ns3: missing");
  check.problem = "no name servers";
  EXPECT_EQ(ProblemOf(check), "no name servers");
  check.verdict = RecordVerdict::kProven;
  EXPECT_EQ(ProblemOf(check), "");
}

TEST(AgreementOf, IsOfAllServersOrNone) {
  struct Row {
    RecordWish wish;
    std::vector<RecordFinding> findings;
    RecordAgreement agreement;
  };
  for (const Row& row : std::vector<Row>{
           {RecordWish::kKey, {kMissing, kMissing}, RecordAgreement::kAsBefore},
           {RecordWish::kKey, {kMissing, kOtherKey}, RecordAgreement::kNone},
           {RecordWish::kKey, {kMissing, kNoAnswer}, RecordAgreement::kNone},
           {RecordWish::kKey, {}, RecordAgreement::kNone},
           {RecordWish::kRevoked, {kMissing, kMissing}, RecordAgreement::kNothingThere},
           {RecordWish::kRevoked, {kPresent, kPresent}, RecordAgreement::kAsBefore},
           {RecordWish::kRevoked, {kPresent, kAsWished}, RecordAgreement::kNone},
           {RecordWish::kRevoked, {kOtherKey, kSeveral}, RecordAgreement::kForeign},
           {RecordWish::kAbsent, {kPresent, kRevoked}, RecordAgreement::kAsBefore},
           {RecordWish::kAbsent, {kMalformed, kOtherKey}, RecordAgreement::kForeign},
           {RecordWish::kAbsent, {kRefused}, RecordAgreement::kNone}}) {
    EXPECT_EQ(AgreementOf(CheckOf(row.wish, row.findings)), row.agreement);
  }
}

TEST(RecordChanges, FollowTheStagesOfAKey) {
  Key key = sample::KeyOf("example.com", "s1");
  KeyPolicy policy;
  policy.record_strict = true;
  policy.record_ttl = std::chrono::seconds(60);
  const RecordChange shown = ChangeFor(&Key::shown, key, policy, "label");
  EXPECT_FALSE(shown.before);
  EXPECT_EQ(shown.after->public_key, key.public_key);
  EXPECT_EQ(shown.after->flags, std::vector<std::string>{"s"});
  EXPECT_EQ(shown.ttl, std::chrono::seconds(60));
  EXPECT_EQ(shown.delegation_label, "label");
  const RecordChange withdrawn = ChangeFor(&Key::withdrawn, key, policy, "");
  EXPECT_EQ(withdrawn.before->public_key, key.public_key);
  EXPECT_FALSE(withdrawn.after->public_key);
  const RecordChange unused = ChangeFor(&Key::removed, key, policy, "");
  EXPECT_EQ(unused.before->public_key, key.public_key);
  EXPECT_FALSE(unused.after);
  key.withdrawn.asked_at = sample::Minute(1);
  EXPECT_FALSE(ChangeFor(&Key::removed, key, policy, "").before->public_key);
}

}  // namespace
}  // namespace dkimkeeper
