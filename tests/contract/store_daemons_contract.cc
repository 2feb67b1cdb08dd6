// What every KeyStore promises to several daemons: the executor's lease, heartbeats, agents,
// checks.
#include <chrono>
#include <cstdint>

#include "tests/contract/store_contract.h"

namespace dkimkeeper {
namespace {

using sample::KeyOf;
using sample::Minute;
using std::chrono::milliseconds;
using std::chrono::minutes;

void ExpectHeldBy(const std::string& holder, const Error& error) {
  EXPECT_EQ(error.code, Code::kAborted);
  EXPECT_EQ(error.reason, reason::kLeaseHeld);
  EXPECT_THAT(error.message, testing::HasSubstr(holder));
}

TEST_P(StoreContract, LeaseIsFreeAtFirstAndItsHolderProlongsIt) {
  EXPECT_EQ(store_->TakeLease("a:1", Minute(0), minutes(2), true),
            (Lease{"a:1", 1, Minute(2), {}}));
  EXPECT_EQ(store_->TakeLease("a:1", Minute(1), minutes(2), true),
            (Lease{"a:1", 1, Minute(3), Minute(0)}));
  Reopen();
  EXPECT_EQ(store_->TakeLease("a:1", Minute(60), minutes(1), true),
            (Lease{"a:1", 1, Minute(61), Minute(1)}))
      << "nobody took it meanwhile";
}

TEST_P(StoreContract, LeaseIsRefusedToOthersUntilItIsOver) {
  const auto other = backend_->Open();
  ASSERT_TRUE(store_->TakeLease("a:1", Minute(0), minutes(2), true));
  const auto refused = other->TakeLease("b:1", Minute(2) - milliseconds(1), minutes(2), true);
  ASSERT_FALSE(refused);
  ExpectHeldBy("a:1", refused.error());
  EXPECT_EQ(other->TakeLease("b:1", Minute(2), minutes(2), true),
            (Lease{"b:1", 2, Minute(4), Minute(0)}));
  const auto late = store_->TakeLease("a:1", Minute(3), minutes(2), true);
  ASSERT_FALSE(late);
  ExpectHeldBy("b:1", late.error());
  EXPECT_EQ(store_->TakeLease("a:1", Minute(4), minutes(2), true),
            (Lease{"a:1", 3, Minute(6), Minute(2)}));
}

TEST_P(StoreContract, LeaseRemembersUntilWhenTheClockWasWatched) {
  const auto other = backend_->Open();
  EXPECT_EQ(store_->TakeLease("a:1", Minute(0), minutes(1), false)->watched_before, std::nullopt);
  EXPECT_EQ(store_->TakeLease("a:1", Minute(1), minutes(1), true)->watched_before, std::nullopt);
  EXPECT_EQ(store_->TakeLease("a:1", Minute(2), minutes(1), false)->watched_before, Minute(1));
  EXPECT_EQ(other->TakeLease("b:1", Minute(9), minutes(1), false)->watched_before, Minute(1));
  EXPECT_EQ(other->TakeLease("b:1", Minute(9), minutes(1), true)->watched_before, Minute(1));
  EXPECT_EQ(other->TakeLease("b:1", Minute(9), minutes(1), true)->watched_before, Minute(9));
}

TEST_P(StoreContract, CommitUnderALeaseThatAnotherTookOverChangesNothing) {
  const auto other = backend_->Open();
  ASSERT_TRUE(store_->TakeLease("a:1", Minute(0), minutes(1), true));
  EXPECT_EQ(Commit({RequireLease{1}, PutDomain{EntryOf("example.com")}}), 1U);
  ASSERT_TRUE(other->TakeLease("b:1", Minute(5), minutes(1), true));
  const auto refused = store_->Commit(1, {PutKey{KeyOf("example.com", "s1")}, RequireLease{1}},
                                      RequestOf("r1", Minute(0)), Minute(0));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kAborted);
  EXPECT_EQ(refused.error().reason, reason::kLeaseHeld);
  const Contents contents = Reloaded();
  EXPECT_EQ(contents.generation, 1U);
  EXPECT_TRUE(contents.keys.empty());
  EXPECT_EQ(Recorded(RequestOf("r1", Minute(0)).key), std::nullopt);
  EXPECT_EQ(Commit({RequireLease{2}, PutKey{KeyOf("example.com", "s1")}}), 2U);
}

TEST_P(StoreContract, LeaseAndBeatsAndChecksLeaveTheGenerationAlone) {
  ASSERT_TRUE(store_->TakeLease("a:1", Minute(0), minutes(1), true));
  ASSERT_TRUE(store_->Beat({"a:1", 0, Minute(0)}, Minute(0)));
  ASSERT_TRUE(store_->PutCheck(KeyOf("example.com", "s1").id, {Minute(0), "ok"}));
  ASSERT_TRUE(store_->Acknowledge({{sample::IdentityOf("dns:mx1"), 1, Minute(0)}}, Minute(0)));
  EXPECT_EQ(store_->Generation(), 0U);
  ExpectEmpty(Reloaded());
}

TEST_P(StoreContract, BeatsTellWhoLivesAndForgetWhoDoesNot) {
  const DaemonBeat first{"b:1", 7, Minute(0)};
  const DaemonBeat second{"a:1", std::numeric_limits<std::int64_t>::max(), Minute(1)};
  const auto other = backend_->Open();
  EXPECT_EQ(store_->Beat(first, Minute(-10)), std::vector({first}));
  EXPECT_EQ(other->Beat(second, Minute(-10)), (std::vector{second, first})) << "by name";
  const DaemonBeat again{"a:1", 8, Minute(10)};
  EXPECT_EQ(other->Beat(again, Minute(0)), (std::vector{again, first})) << "just heard of";
  EXPECT_EQ(other->Beat(again, Minute(0) + milliseconds(1)), std::vector{again});
}

TEST_P(StoreContract, AcknowledgementsAreTheLastOfEachIdentity) {
  const AgentAcknowledgement second{sample::IdentityOf("dns:mx2"),
                                    std::numeric_limits<std::int64_t>::max(), Minute(0)};
  const AgentAcknowledgement first{sample::IdentityOf("uri:spiffe://mx'1"), 7, Minute(1)};
  const AgentAcknowledgement again{second.identity, 8, Minute(2)};
  const auto other = backend_->Open();
  EXPECT_EQ(store_->Acknowledge({}, Minute(0)), std::vector<AgentAcknowledgement>());
  EXPECT_EQ(store_->Acknowledge({first, second}, Minute(0)), (std::vector{second, first}));
  EXPECT_EQ(other->Acknowledge({again}, Minute(0)), (std::vector{again, first})) << "by identity";
  Reopen();
  EXPECT_EQ(store_->Acknowledge({}, Minute(0)), (std::vector{again, first}));
}

TEST_P(StoreContract, AcknowledgementsThatAreOldGoWithTheNextOne) {
  const AgentAcknowledgement old{sample::IdentityOf("dns:mx1"), 7, Minute(0)};
  const AgentAcknowledgement fresh{sample::IdentityOf("dns:mx2"), 7, Minute(1)};
  ASSERT_TRUE(store_->Acknowledge({old}, Minute(0)));
  EXPECT_EQ(store_->Acknowledge({fresh}, Minute(0)), (std::vector{old, fresh})) << "just heard of";
  EXPECT_EQ(store_->Acknowledge({fresh}, Minute(1)), std::vector{fresh});
}

TEST_P(StoreContract, CheckpointIsTheOneOfMostRecordsOfItsLog) {
  const StoredCheckpoint first{7, Minute(0), "a\n7\n\n— a 'x'\n"};
  const StoredCheckpoint second{9, Minute(1), "a\n9\n"};
  const StoredCheckpoint rolled_back{8, Minute(2), "a\n8\n"};
  EXPECT_TRUE(store_->Checkpoints().value().empty());
  EXPECT_EQ(store_->PutCheckpoint("a", first), first);
  EXPECT_EQ(store_->PutCheckpoint("b", rolled_back), rolled_back);
  EXPECT_EQ(store_->PutCheckpoint("a", second), second);
  EXPECT_EQ(store_->PutCheckpoint("a", rolled_back), second);
  Reopen();
  EXPECT_EQ(store_->Checkpoints().value(),
            (std::map<std::string, StoredCheckpoint>{{"a", second}, {"b", rolled_back}}));
  EXPECT_EQ(store_->Generation(), 0U);
}

TEST_P(StoreContract, CheckIsTheNewestOfItsKey) {
  const KeyId one = KeyOf("example.com", "s1").id;
  const KeyId two = KeyOf("example.com", "s2").id;
  ASSERT_TRUE(store_->PutCheck(one, {Minute(0), "first"}));
  ASSERT_TRUE(store_->PutCheck(two, {Minute(1), ""}));
  const StoredCheck newest{Minute(2), "two\nlines; 'höchst'"};
  ASSERT_TRUE(store_->PutCheck(one, newest));
  Reopen();
  EXPECT_EQ(store_->FindCheck(one).value(), newest);
  EXPECT_EQ(store_->FindCheck(two).value(), (StoredCheck{Minute(1), ""}));
  EXPECT_EQ(store_->FindCheck(KeyOf("example.com", "s3").id).value(), std::nullopt);
}

}  // namespace
}  // namespace dkimkeeper
