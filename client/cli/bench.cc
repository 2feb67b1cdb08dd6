#include "client/cli/bench.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "client/cli/latencies.h"
#include "client/cli/table.h"
#include "proto/dkim/base64.h"

namespace dkimkeeper {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

// The header of an ordinary message, whose body is another one each time.
std::string HeaderBlock(const BenchPlan& plan, const Sha256Digest& body_hash) {
  const std::string domain = plan.domain.str();
  return "from:Bench <bench@" + domain + ">\r\nto:Somebody Else <somebody@example.org>\r\n" +
         "subject:A message that is never sent\r\ndate:Thu, 01 Jan 2026 12:00:00 +0000\r\n" +
         "message-id:<bench@" + domain +
         ">\r\ndkim-signature:v=1; a=" + std::string(AlgorithmName(plan.algorithm)) +
         "; c=relaxed/relaxed; d=" + domain + "; s=" + plan.selector.str() +
         "; h=from:from:to:to:subject:subject:date:message-id; bh=" +
         EncodeBase64(body_hash.ToBytes()) + "; b=";
}

// What the callers share, and what they add to at their ends.
class Run {
 public:
  Run(const BenchPlan& plan, DigestSigner& signer) : plan_(plan), signer_(signer) {}

  BenchResult Measure(const BenchProgress& progress) {
    const auto start = Clock::now();
    end_ = plan_.count ? Clock::time_point::max() : start + plan_.time;
    std::vector<std::jthread> callers;
    callers.reserve(plan_.callers);
    for (unsigned i = 0; i < plan_.callers; ++i) callers.emplace_back([this] { Call(); });
    Watch(start, progress);
    callers.clear();
    result_.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    result_.p50_us = latencies_.Percentile(50);
    result_.p99_us = latencies_.Percentile(99);
    return result_;
  }

  // One call with `size` digests, each new, so that nothing on the way can remember an answer.
  std::vector<Result<std::string>> SignNew(std::size_t size) {
    std::vector<DigestToSign> items;
    items.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
      std::array<std::uint8_t, Sha256Digest::kSize> bytes{};
      const std::uint64_t number = next_digest_++;
      std::memcpy(bytes.data(), &number, sizeof number);
      const Sha256Digest digest(bytes);
      items.push_back({plan_.domain, plan_.selector, plan_.algorithm, digest,
                       plan_.headers ? HeaderBlock(plan_, digest) : "", plan_.headers});
    }
    return signer_.SignDigests(items);
  }

 private:
  // How many to sign next; 0: the end.
  std::size_t TakeWork() {
    if (!plan_.count) return Clock::now() < end_ ? plan_.batch : 0;
    const std::uint64_t taken = taken_.fetch_add(plan_.batch);
    if (taken >= *plan_.count) return 0;
    return static_cast<std::size_t>(std::min<std::uint64_t>(plan_.batch, *plan_.count - taken));
  }

  void Call() {
    Latencies latencies;
    std::uint64_t failed = 0;
    std::optional<Error> error;
    while (const std::size_t size = TakeWork()) {
      const auto before = Clock::now();
      const auto answers = SignNew(size);
      latencies.Add(static_cast<std::uint32_t>(
          std::chrono::duration_cast<microseconds>(Clock::now() - before).count()));
      for (const Result<std::string>& answer : answers) {
        if (answer) continue;
        ++failed;
        if (!error) error = answer.error();
      }
      signatures_ += static_cast<std::uint64_t>(
          std::count_if(answers.begin(), answers.end(),
                        [](const Result<std::string>& answer) { return answer.has_value(); }));
    }
    const std::lock_guard lock(mutex_);
    latencies_.Add(latencies);
    result_.failed += failed;
    result_.signatures = signatures_;
    if (!result_.first_error) result_.first_error = error;
    ++ended_;
    changed_.notify_all();
  }

  // Until all callers have ended.
  void Watch(Clock::time_point start, const BenchProgress& progress) {
    constexpr std::chrono::seconds kSecond{1};
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kSecond, [this] { return ended_ == plan_.callers; })) {
      progress(signatures_, std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - start));
    }
  }

  const BenchPlan& plan_;
  DigestSigner& signer_;
  Clock::time_point end_{};
  std::atomic<std::uint64_t> next_digest_ = 0;
  std::atomic<std::uint64_t> taken_ = 0;
  std::atomic<std::uint64_t> signatures_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned ended_ = 0;
  Latencies latencies_;
  BenchResult result_;
};

std::string Decimal(double value) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.1f", value);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

Result<BenchResult> RunBench(const BenchPlan& plan, DigestSigner& signer,
                             const BenchProgress& progress) {
  Run run(plan, signer);
  const auto first = run.SignNew(1);
  if (!first.at(0)) return Forward(first.at(0));
  return run.Measure(progress);
}

Json ToJson(const BenchResult& result) {
  return {{"signatures", result.signatures},
          {"failed", result.failed},
          {"per_second", result.PerSecond()},
          {"p50_us", result.p50_us},
          {"p99_us", result.p99_us}};
}

std::string ShowBench(const BenchResult& result) {
  std::string error;
  if (result.first_error) {
    error = result.first_error->message + " [" + result.first_error->reason + "]";
  }
  return RenderFields({{"Signatures", std::to_string(result.signatures)},
                       {"Failed", std::to_string(result.failed)},
                       {"First error", error},
                       {"Per second", Decimal(result.PerSecond())},
                       {"Half within", std::to_string(result.p50_us) + " us"},
                       {"99 % within", std::to_string(result.p99_us) + " us"}});
}

}  // namespace dkimkeeper
