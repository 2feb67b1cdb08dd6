// What every KeyStore promises about commits: order, atomicity, requests.
#include <atomic>
#include <cstdint>
#include <limits>
#include <thread>

#include "tests/contract/store_contract.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::KeyOf;
using sample::Minute;

TEST_P(StoreContract, CommitOnAnotherGenerationChangesNothing) {
  Commit({PutDomain{EntryOf("example.com")}});
  for (const std::uint64_t wrong :
       {std::uint64_t{0}, std::uint64_t{2}, std::numeric_limits<std::uint64_t>::max()}) {
    ExpectChangedSinceRead(store_->Commit(wrong, {PutKey{KeyOf("example.com", "s1")}},
                                          RequestOf("r1", Minute(0)), Minute(0)));
  }
  const Contents contents = Reloaded();
  EXPECT_EQ(contents.generation, 1U);
  EXPECT_TRUE(contents.keys.empty());
  EXPECT_EQ(Recorded(RequestOf("r1", Minute(0)).key), std::nullopt);
}

TEST_P(StoreContract, RequestIsFoundByCallerAndId) {
  const RequestEntry request = RequestOf("r1", Minute(5));
  RequestEntry removal = RequestOf("r2", Minute(6));
  removal.subject.clear();
  Commit({}, request);
  Commit({}, removal);
  Reopen();
  EXPECT_EQ(Recorded(request.key), std::optional(request));
  EXPECT_EQ(Recorded(removal.key), std::optional(removal));
  EXPECT_EQ(Recorded({.caller = "dns:other.example.com", .id = "r1"}), std::nullopt);
  EXPECT_EQ(Recorded({.caller = request.key.caller, .id = "r"}), std::nullopt);
}

TEST_P(StoreContract, RecordedRequestIsNotRecordedAgain) {
  Commit({}, RequestOf("r1", Minute(5)));
  RequestEntry again = RequestOf("r1", Minute(6));
  again.fingerprint = "other";
  ExpectChangedSinceRead(
      store_->Commit(1, {PutDomain{EntryOf("example.com")}}, again, Minute(-1000)));
  const Contents contents = Reloaded();
  EXPECT_EQ(contents.generation, 1U);
  ExpectEmpty(contents);
  EXPECT_EQ(Recorded(again.key), std::optional(RequestOf("r1", Minute(5))));
}

TEST_P(StoreContract, OneIdOfTwoCallersIsTwoRequests) {
  RequestEntry other = RequestOf("r1", Minute(5));
  other.key.caller = "uri:spiffe://other";
  Commit({}, RequestOf("r1", Minute(5)));
  Commit({}, other);
  EXPECT_EQ(Recorded(other.key), std::optional(other));
}

TEST_P(StoreContract, RequestsBeforeTheLimitAreForgotten) {
  Commit({}, RequestOf("old", Minute(5)));
  Commit({}, RequestOf("edge", Minute(10)));
  Commit({}, std::nullopt, Minute(10));
  Reopen();
  EXPECT_EQ(Recorded(RequestOf("old", Minute(5)).key), std::nullopt);
  EXPECT_EQ(Recorded(RequestOf("edge", Minute(10)).key),
            std::optional(RequestOf("edge", Minute(10))));
}

TEST_P(StoreContract, ForgottenRequestIsRecordedAnewInTheCommitThatForgetsIt) {
  Commit({}, RequestOf("r1", Minute(5)));
  Commit({}, RequestOf("r1", Minute(20)), Minute(10));
  EXPECT_EQ(Recorded(RequestOf("r1", Minute(20)).key), std::optional(RequestOf("r1", Minute(20))));
}

TEST_P(StoreContract, RefusedRequestForgetsNothing) {
  Commit({}, RequestOf("old", Minute(1)));
  Commit({}, RequestOf("r1", Minute(20)));
  ExpectChangedSinceRead(store_->Commit(2, {}, RequestOf("r1", Minute(21)), Minute(10)));
  EXPECT_EQ(Recorded(RequestOf("old", Minute(1)).key), std::optional(RequestOf("old", Minute(1))));
}

TEST_P(StoreContract, SecondOfTwoWritersIsToldThatItReadAnOldState) {
  const auto other = backend_->Open();
  ASSERT_NE(other, nullptr);
  const std::uint64_t seen = Loaded().generation;
  ASSERT_EQ(other->Load()->generation, seen);
  EXPECT_EQ(store_->Commit(seen, {PutDomain{EntryOf("example.com")}}, {}, Minute(0)), seen + 1);
  ExpectChangedSinceRead(other->Commit(seen, {PutDomain{EntryOf("example.org")}}, {}, Minute(0)));
  EXPECT_EQ(other->Generation(), seen + 1);
  EXPECT_THAT(DomainsIn(*other->Load()), testing::ElementsAre(EntryOf("example.com")));
}

TEST_P(StoreContract, WritersInManyThreadsLoseNoChange) {
  constexpr int kHandles = 2;
  constexpr int kThreadsEach = 2;
  constexpr int kChangesEach = 10;
  std::vector<std::shared_ptr<KeyStore>> handles;
  for (int i = 0; i < kHandles; ++i) handles.push_back(backend_->Open());
  std::atomic<int> failures = 0;
  const auto write = [&](KeyStore& store, int thread) {
    for (int i = 0; i < kChangesEach;) {
      const std::string name = "d" + std::to_string(thread) + "-" + std::to_string(i) + ".example";
      const auto contents = store.Load();
      const auto generation =
          contents ? store.Commit(contents->generation, {PutDomain{EntryOf(name)}}, {}, Minute(0))
                   : tl::unexpected<Error>(contents.error());
      if (generation) ++i;
      if (!generation && generation.error().reason != reason::kChangedSinceRead) {
        ++failures;
        return;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kHandles * kThreadsEach; ++i) {
    threads.emplace_back([&, i] { write(*handles[static_cast<std::size_t>(i % kHandles)], i); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  const Contents contents = Reloaded();
  EXPECT_EQ(contents.generation, std::uint64_t{kHandles * kThreadsEach * kChangesEach});
  EXPECT_EQ(contents.domains.size(), contents.generation);
}

}  // namespace
}  // namespace dkimkeeper
