// A store with something in each table, to copy.
#ifndef TESTS_UNIT_SERVER_STORE_FULL_STORE_H_
#define TESTS_UNIT_SERVER_STORE_FULL_STORE_H_

#include <gtest/gtest.h>

#include "server/store/sql_approvals.h"
#include "server/store/sql_store.h"
#include "tests/fakes/sample_approvals.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {

inline void Fill(const SqlStoreOptions& options) {
  using namespace sample;
  const auto store = OpenSqlStore(options);
  ASSERT_TRUE(store) << store.error().message;
  DomainEntry entry{.domain = DomainOf("example.com"),
                    .senders = {Sender::Default(), SenderOf("crm")},
                    .created_at = Minute(0)};
  entry.policy = {{"selector_template", "tab\there, back\\slash, line\nend, \\N, höchst"}};
  Key first = ActiveKeyOf("example.com", "pool1");
  first.lacks = {"CKA_LOCAL is false", ""};
  first.destroyed_at = Minute(5);
  Key second = first;
  second.id = KeyId::FromHex("aa").value();
  second.destroyed_at.reset();
  const std::vector<Change> changes{
      PutDomain{entry},
      PutKey{first},
      PutKey{second},
      PutGrant{{IdentityOf("unix:a"), Verb::kSign, ScopeOf("example.com", "*")}, {.per_day = 5}},
      PutMember{{GroupName::Parse("group:all").value(), GroupMember(DomainOf("example.com"))}},
      PutToken{{.name = "main", .backed_up_at = Minute(1)}},
      ReserveSelector{{DomainOf("example.org"), SelectorOf("s1")}}};
  const RequestEntry request{
      .key = {.caller = "unix:a", .id = "r"}, .fingerprint = "f", .subject = "", .at = Minute(2)};
  ASSERT_TRUE((*store)->Commit(0, changes, request, Minute(0)));
  ASSERT_TRUE((*store)->Commit(1, {PutWaitsFrom{Minute(3)}}, {}, Minute(0)));
  ASSERT_TRUE((*store)->PutCheck(second.id, {Minute(4), "ok\n"}));
  ASSERT_TRUE((*store)->PutCheckpoint("keeper1/log", {7, Minute(5), "keeper1/log\n7\n"}));
  ASSERT_TRUE((*store)->TakeLease("a:1", Minute(0), std::chrono::minutes(1), true));
  const auto approvals = OpenSqlApprovals(options);
  ASSERT_TRUE((*approvals)->SetRule({GuardedAct::kRule}));
  ASSERT_TRUE((*approvals)->Add(ApprovalOf("a1"), Minute(0)));
}

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_STORE_FULL_STORE_H_
