// The faults of the fake: what it promises as a store is in tests/contract.
#include "tests/fakes/memory_store.h"

#include <gtest/gtest.h>

#include "proto/reason.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::KeyOf;
using sample::Minute;

Result<std::uint64_t> PutNext(MemoryStore& store) {
  const std::uint64_t generation = store.commits();
  return store.Commit(store.Load().value().generation,
                      {PutKey{KeyOf("example.com", "s" + std::to_string(generation))}}, {},
                      Minute(0));
}

TEST(MemoryStoreFaults, BeforeEffectLeavesNothing) {
  MemoryStore store;
  store.FailCommit(2, CommitFault::kBeforeEffect);
  EXPECT_TRUE(PutNext(store));
  const auto failed = PutNext(store);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().reason, reason::kStoreAway);
  EXPECT_EQ(store.Load()->keys.size(), 1U);
  EXPECT_TRUE(PutNext(store));
  EXPECT_EQ(store.Load()->generation, 2U);
}

TEST(MemoryStoreFaults, AfterEffectIsDurableButSaysItFailed) {
  MemoryStore store;
  store.FailCommit(1, CommitFault::kAfterEffect,
                   Error{Code::kResourceExhausted, std::string(reason::kStorageFull), "full"});
  const auto failed = PutNext(store);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().reason, reason::kStorageFull);
  EXPECT_EQ(store.Load()->generation, 1U);
  EXPECT_EQ(store.Load()->keys.size(), 1U);
}

TEST(MemoryStoreFaults, CountFromTheTimeTheyAreAskedFor) {
  MemoryStore store;
  EXPECT_TRUE(PutNext(store));
  store.FailCommit(1, CommitFault::kBeforeEffect);
  EXPECT_FALSE(PutNext(store));
  EXPECT_TRUE(PutNext(store));
  EXPECT_EQ(store.commits(), 3U);
}

TEST(MemoryStoreFaults, AwayIsEveryCall) {
  MemoryStore store;
  store.SetAway(true);
  EXPECT_EQ(store.Load().error().reason, reason::kStoreAway);
  EXPECT_EQ(store.Generation().error().reason, reason::kStoreAway);
  EXPECT_EQ(store.Commit(0, {}, {}, Minute(0)).error().reason, reason::kStoreAway);
  EXPECT_EQ(store.FindRequest({.caller = "a", .id = "b"}).error().reason, reason::kStoreAway);
  store.SetAway(false);
  EXPECT_EQ(store.Generation(), 0U);
}

}  // namespace
}  // namespace dkimkeeper
