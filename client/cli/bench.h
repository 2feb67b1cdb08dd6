// `bench sign`: many callers at once, on one connection.
#ifndef CLIENT_CLI_BENCH_H_
#define CLIENT_CLI_BENCH_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "client/cli/json.h"
#include "dkimkeeper/digest_signer.h"
#include "proto/result.h"

namespace dkimkeeper {

struct BenchPlan {
  Domain domain;
  Selector selector;
  Algorithm algorithm = Algorithm::kRsaSha256;
  unsigned callers = 1;
  unsigned batch = 1;                  // digests a call
  bool headers = false;                // header blocks instead, which go one by one
  std::chrono::milliseconds time{};    // how long, where there is no count
  std::optional<std::uint64_t> count;  // signatures asked for
};

struct BenchResult {
  std::uint64_t signatures = 0;  // made
  std::uint64_t failed = 0;
  double seconds = 0;
  std::uint32_t p50_us = 0, p99_us = 0;  // of calls
  std::optional<Error> first_error;      // of those that failed

  [[nodiscard]] double PerSecond() const {
    return seconds > 0 ? static_cast<double>(signatures) / seconds : 0;
  }
};

// Called about once a second with what was made so far.
using BenchProgress =
    std::function<void(std::uint64_t signatures, std::chrono::seconds since_start)>;

// Makes one call first, which is not counted: it opens the connection. Its error is the answer.
[[nodiscard]] Result<BenchResult> RunBench(const BenchPlan& plan, DigestSigner& signer,
                                           const BenchProgress& progress);

// {"signatures", "failed", "per_second", "p50_us", "p99_us"}
[[nodiscard]] Json ToJson(const BenchResult& result);
[[nodiscard]] std::string ShowBench(const BenchResult& result);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_BENCH_H_
