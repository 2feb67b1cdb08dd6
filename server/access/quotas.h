// How many signatures each identity has had lately, where its grant limits them.
#ifndef SERVER_ACCESS_QUOTAS_H_
#define SERVER_ACCESS_QUOTAS_H_

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "proto/result.h"
#include "server/access/authorized.h"

namespace dkimkeeper {

// Token buckets in memory, of this daemon alone, full after a start: for each identity and grant
// one that holds a second's signatures, one that holds a day's. Both fill evenly. Thread-safe.
class Quotas {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Takes one signature. What is not counted costs no lock.
  // RESOURCE_EXHAUSTED/QUOTA, with the time until there is one more as the retry hint.
  [[nodiscard]] Outcome Take(const Authorized& authorized, Time now);

 private:
  // Signatures that are left, and when that was so.
  struct Bucket {
    double left;
    Time at;
  };
  struct Buckets {
    std::optional<Bucket> second;
    std::optional<Bucket> day;
    Time used;
  };

  void Forget(Time now);

  std::mutex mutex_;
  std::unordered_map<std::string, Buckets> buckets_;
  std::size_t forget_at_ = 1024;  // so many are looked through for such as are full again
};

}  // namespace dkimkeeper

#endif  // SERVER_ACCESS_QUOTAS_H_
