#include "server/approval/approval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/approval_reason.h"
#include "proto/reason.h"
#include "tests/fakes/sample_approvals.h"

namespace dkimkeeper {
namespace {

using sample::ApprovalOf;
using sample::IdentityOf;
using sample::Minute;
using testing::HasSubstr;

constexpr int kDay = 24 * 60;
const Identity kOther = IdentityOf("uri:other");

TEST(Act, NamesAreReadAsTheyAreWritten) {
  for (const char* name :
       {"activate-without-dns-proof", "adopt", "destroy", "grant-administer", "lift-headers",
        "remove-domain", "remove-sender", "revoke", "rule", "shorten"}) {
    EXPECT_EQ(ActName(ParseAct(name).value()), name);
  }
  const auto unknown = ParseRule({"destroy", "sign"});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().reason, reason::kBadRule);
  EXPECT_THAT(unknown.error().message, HasSubstr("adopt, destroy"));
}

TEST(Act, RuleIsASet) {
  const auto rule = ParseRule({"revoke", "adopt", "revoke"}).value();
  EXPECT_EQ(rule, (ApprovalRule{GuardedAct::kAdopt, GuardedAct::kRevoke}));
  EXPECT_EQ(RuleText(rule), "adopt, revoke");
  EXPECT_EQ(RuleText({}), "nothing");
}

TEST(Approval, IsPendingUntilItsTimeIsOver) {
  const Approval approval = ApprovalOf("a");
  EXPECT_EQ(StateAt(approval, Minute(kDay - 1)), ApprovalState::kPending);
  EXPECT_EQ(StateAt(approval, Minute(kDay)), ApprovalState::kExpired);
}

TEST(Approval, StaysAsItWasDecided) {
  Approval approval = ApprovalOf("a");
  approval.decision = {.by = kOther, .at = Minute(1), .approved = true, .outcome = "done"};
  EXPECT_EQ(StateAt(approval, Minute(2 * kDay)), ApprovalState::kApproved);
  approval.decision->approved = false;
  EXPECT_EQ(StateAt(approval, Minute(2 * kDay)), ApprovalState::kRefused);
}

struct WrongWay {
  const char* name;
  Identity approver;
  Identity requester;
  const char* seen;
  int minute;
  bool decided;
  std::string_view reason;
};

TEST(Approval, EveryWrongWayHasItsReason) {
  const Identity asker = ApprovalOf("a").requester;
  const Identity socket = IdentityOf("unix:local");
  for (const WrongWay& way : {
           WrongWay{"right", kOther, asker, "5", 1, false, ""},
           WrongWay{"same person", asker, asker, "5", 1, false, reason::kSamePerson},
           WrongWay{"socket approves", socket, asker, "5", 1, false, reason::kSocketIdentity},
           WrongWay{"socket asked", kOther, socket, "5", 1, false, reason::kSocketIdentity},
           WrongWay{"changed", kOther, asker, "6", 1, false, reason::kChangedSinceRead},
           WrongWay{"not looked at", kOther, asker, "", 1, false, reason::kChangedSinceRead},
           WrongWay{"expired", kOther, asker, "5", kDay, false, reason::kApprovalClosed},
           WrongWay{"replayed", kOther, asker, "5", 1, true, reason::kApprovalClosed},
       }) {
    Approval approval = ApprovalOf("a");
    approval.requester = way.requester;
    if (way.decided) approval.decision = {.by = kOther, .at = Minute(1), .approved = true};
    const auto may = CheckApproval(approval, way.approver, way.seen, "5", Minute(way.minute));
    EXPECT_EQ(may ? "" : may.error().reason, way.reason) << way.name;
  }
}

TEST(Approval, NobodyKeepsOthersFromAsking) {
  std::vector<Approval> all(kMaxPendingOfOne, ApprovalOf("a"));
  const Identity asker = all.front().requester;
  EXPECT_EQ(CheckRoom(all, asker, Minute(1)).error().reason, reason::kApprovalsFull);
  EXPECT_TRUE(CheckRoom(all, kOther, Minute(1)));
  EXPECT_TRUE(CheckRoom(all, asker, Minute(kDay))) << "they are over";
  all.resize(kMaxPending, all.front());
  EXPECT_EQ(CheckRoom(all, kOther, Minute(1)).error().reason, reason::kApprovalsFull);
}

}  // namespace
}  // namespace dkimkeeper
