// What an ApprovalStore promises, on any database.
#ifndef TESTS_UNIT_SERVER_STORE_APPROVALS_KEPT_H_
#define TESTS_UNIT_SERVER_STORE_APPROVALS_KEPT_H_

#include <gtest/gtest.h>

#include "proto/approval_reason.h"
#include "server/store/sql_approvals.h"
#include "tests/fakes/sample_approvals.h"

namespace dkimkeeper {

// `options` name a store without approvals, whose schema is there.
inline void ExpectApprovalsKept(const SqlStoreOptions& options) {
  using namespace sample;
  const auto store = OpenSqlApprovals(options).value();
  const auto other = OpenSqlApprovals(options).value();
  EXPECT_EQ(store->Rule(), ApprovalRule());
  const ApprovalRule rule{GuardedAct::kDestroy, GuardedAct::kRule};
  ASSERT_TRUE(store->SetRule({GuardedAct::kAdopt}));
  ASSERT_TRUE(store->SetRule(rule));
  EXPECT_EQ(other->Rule(), rule);

  const Approval first = ApprovalOf("a1");
  Approval second = ApprovalOf("b2");
  second.requested_at = Minute(1);
  EXPECT_EQ(store->Add(first, Minute(0)), first);
  EXPECT_EQ(store->Add(second, Minute(0)), second);
  Approval same = first;
  same.parameters = "others";
  EXPECT_EQ(other->Add(same, Minute(0)), first) << "what is recorded stays";
  EXPECT_EQ(other->List(), (std::vector{second, first})) << "newest first";
  EXPECT_EQ(other->Find("a1").value(), first);
  EXPECT_EQ(other->Find("none").value(), std::nullopt);

  const ApprovalDecision yes{
      .by = IdentityOf("uri:other"), .at = Minute(2), .approved = true, .outcome = "begun"};
  EXPECT_EQ(store->Decide("none", yes).error().reason, reason::kApprovalUnknown);
  ASSERT_TRUE(store->Decide("a1", yes));
  EXPECT_EQ(other->Decide("a1", yes).error().reason, reason::kApprovalClosed) << "once";
  ASSERT_TRUE(store->Conclude("a1", "done"));
  EXPECT_EQ(other->Find("a1").value()->decision->outcome, "done");
  EXPECT_EQ(store->Conclude("b2", "done").error().reason, reason::kApprovalUnknown);
  ApprovalDecision late = yes;
  late.at = second.expires_at;
  EXPECT_EQ(store->Decide("b2", late).error().reason, reason::kApprovalClosed);

  Approval third = ApprovalOf("c3");
  third.requested_at = second.expires_at;
  EXPECT_EQ(store->Add(third, second.expires_at + std::chrono::minutes(1)), third);
  EXPECT_EQ(store->List(), std::vector{third}) << "old ones are forgotten";
}

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_STORE_APPROVALS_KEPT_H_
