#include "client/cli/bench.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>

#include "client/cli/latencies.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

// Fails every `fail_every`-th digest but never the first. Thread-safe.
class CountingSigner : public DigestSigner {
 public:
  std::vector<Result<std::string>> SignDigests(std::span<const DigestToSign> items) override {
    const std::lock_guard lock(mutex_);
    largest_call = std::max(largest_call, items.size());
    std::vector<Result<std::string>> answers;
    for (const DigestToSign& item : items) {
      digests.insert(item.digest.ToBytes());
      if (item.headers_required) blocks.insert(item.header_block);
      ++count_;
      if (fail_all || (fail_every > 0 && count_ % fail_every == 0)) {
        answers.emplace_back(Fail(Code::kResourceExhausted, reason::kQueueFull, "full"));
      } else {
        answers.emplace_back("signature");
      }
    }
    return answers;
  }

  std::set<std::string> digests;
  std::set<std::string> blocks;
  std::size_t largest_call = 0;
  std::size_t fail_every = 0;
  bool fail_all = false;

 private:
  std::mutex mutex_;
  std::size_t count_ = 0;
};

BenchPlan Plan(std::uint64_t count, unsigned callers, unsigned batch) {
  return {.domain = *Domain::Parse("example.com"),
          .selector = *Selector::Parse("s1"),
          .callers = callers,
          .batch = batch,
          .count = count};
}

void Ignore(std::uint64_t /*signatures*/, std::chrono::seconds /*since_start*/) {}

TEST(Bench, MakesAsManyAsAskedForEachADigestOfItsOwn) {
  CountingSigner signer;
  const auto result = RunBench(Plan(1001, 4, 8), signer, Ignore);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->signatures, 1001U);
  EXPECT_EQ(result->failed, 0U);
  EXPECT_EQ(signer.digests.size(), 1002U);  // and the one before the start
  EXPECT_EQ(signer.largest_call, 8U);
  EXPECT_GT(result->PerSecond(), 0.0);
}

TEST(Bench, HeadersAreNewOnesToo) {
  CountingSigner signer;
  BenchPlan plan = Plan(10, 1, 1);
  plan.headers = true;
  ASSERT_TRUE(RunBench(plan, signer, Ignore));
  EXPECT_EQ(signer.blocks.size(), 11U);
  EXPECT_THAT(*signer.blocks.begin(), HasSubstr("d=example.com; s=s1; h=from:from"));
}

TEST(Bench, FailuresAreCountedApartAndTheFirstIsKept) {
  CountingSigner signer;
  signer.fail_every = 10;
  const auto result = RunBench(Plan(99, 1, 1), signer, Ignore);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->signatures, 89U);
  EXPECT_EQ(result->failed, 10U);
  ASSERT_TRUE(result->first_error);
  EXPECT_EQ(result->first_error->reason, reason::kQueueFull);
  EXPECT_THAT(ShowBench(*result), HasSubstr("full [QUEUE_FULL]"));
}

TEST(Bench, WithoutAKeyThatSignsThereIsNothingToMeasure) {
  CountingSigner signer;
  signer.fail_all = true;
  const auto result = RunBench(Plan(10, 1, 1), signer, Ignore);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, reason::kQueueFull);
}

TEST(Bench, EndsWhenItsTimeIsUp) {
  CountingSigner signer;
  BenchPlan plan = Plan(0, 2, 1);
  plan.count.reset();
  plan.time = std::chrono::milliseconds(5);
  const auto result = RunBench(plan, signer, Ignore);
  ASSERT_TRUE(result);
  EXPECT_GE(result->seconds, 0.005);
}

TEST(Bench, JsonIsTheDocumentedDocument) {
  const Json document = ToJson(BenchResult{
      .signatures = 10, .failed = 1, .seconds = 2.0, .p50_us = 5, .p99_us = 9, .first_error = {}});
  EXPECT_EQ(document, Json::parse(R"({"signatures": 10, "failed": 1, "per_second": 5.0,
                                      "p50_us": 5, "p99_us": 9})"));
}

TEST(Latencies, PercentilesAreNearestRank) {
  Latencies latencies;
  EXPECT_EQ(latencies.Percentile(50), 0U);
  for (std::uint32_t i = 100; i >= 1; --i) latencies.Add(i);
  EXPECT_EQ(latencies.Percentile(50), 50U);
  EXPECT_EQ(latencies.Percentile(99), 99U);
  EXPECT_EQ(latencies.Percentile(100), 100U);
  EXPECT_EQ(latencies.Percentile(1), 1U);
}

}  // namespace
}  // namespace dkimkeeper
