#include "server/access/quotas.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds kSecond{1};
constexpr Seconds kDay{86'400};

}  // namespace

Outcome Quotas::Take(const Authorized& authorized, Time now) {
  if (!authorized.counted()) return {};
  const auto& [grant, limits] = *authorized.counted();
  const std::string name =
      authorized.identity().str() + " " + grant.identity.str() + " " + grant.scope.ToString();
  // What is lacking to one signature, in time, after what flowed in since the last look.
  const auto lacking = [now](std::optional<Bucket>& bucket, std::uint32_t size, Seconds span) {
    if (size == 0) return Seconds(0);
    if (!bucket) bucket = Bucket{static_cast<double>(size), now};
    const double flow = size / span.count();
    const double flown = flow * std::max(Seconds(now - bucket->at), Seconds(0)).count();
    *bucket = {std::min(static_cast<double>(size), bucket->left + flown),
               std::max(now, bucket->at)};
    return Seconds(std::max(0.0, 1 - bucket->left) / flow);
  };
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= forget_at_) Forget(now);
  Buckets& own = buckets_[name];
  own.used = now;
  const Seconds second = lacking(own.second, limits.per_second, kSecond);
  const Seconds day = lacking(own.day, limits.per_day, kDay);
  if (second <= Seconds(0) && day <= Seconds(0)) {
    if (own.second) own.second->left -= 1;
    if (own.day) own.day->left -= 1;
    return {};
  }
  auto refused =
      Fail(Code::kResourceExhausted, reason::kQuota,
           authorized.identity().str() + " has used up its " +
               (day > Seconds(0) ? std::to_string(limits.per_day) + " signatures a day"
                                 : std::to_string(limits.per_second) + " signatures a second") +
               " on " + grant.scope.ToString() + "; send less, or have the grant changed");
  refused.value().retry_after = std::chrono::ceil<std::chrono::milliseconds>(std::max(second, day));
  return refused;
}

// One that nobody used for a day is full again.
void Quotas::Forget(Time now) {
  std::erase_if(buckets_, [now](const auto& entry) { return now - entry.second.used >= kDay; });
  forget_at_ = std::max<std::size_t>(1024, 2 * buckets_.size());
}

}  // namespace dkimkeeper
