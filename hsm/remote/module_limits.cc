#include "hsm/remote/module_limits.h"

#include <algorithm>
#include <type_traits>

namespace dkimkeeper {
namespace {

std::chrono::nanoseconds SignLimit(const ModuleLimits& limits, Deadline::duration left) {
  const std::chrono::nanoseconds shortest = limits.shortest_sign;
  return std::min<std::chrono::nanoseconds>(limits.sign, std::max(shortest, left / 2));
}

std::chrono::nanoseconds LimitOf(const wire::Call& call, const ModuleLimits& limits,
                                 Deadline::duration left) {
  return std::visit(
      [&](const auto& one) -> std::chrono::nanoseconds {
        using Kind = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<Kind, wire::GenerateCall>) return limits.generate;
        if constexpr (std::is_same_v<Kind, wire::FindKeysCall>) return limits.find_all;
        if constexpr (std::is_same_v<Kind, wire::FindKeyCall>) return limits.find_key;
        if constexpr (std::is_same_v<Kind, wire::DestroyCall>) return limits.destroy;
        if constexpr (std::is_same_v<Kind, wire::RemainsCall>) return limits.destroy;
        if constexpr (std::is_same_v<Kind, wire::HealthCall>) return limits.health;
        return SignLimit(limits, left);
      },
      call);
}

}  // namespace

CallTimes TimesFor(const wire::Call& call, const ModuleLimits& limits, Deadline now,
                   Deadline deadline) {
  const std::chrono::nanoseconds limit = LimitOf(call, limits, deadline - now);
  return {
      .worker = std::min(deadline, now + limit * 9 / 10), .limit = now + limit, .caller = deadline};
}

}  // namespace dkimkeeper
