#include "server/access/grant_limits.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

template <typename Items, typename Print>
std::string Joined(const Items& items, const Print& print) {
  std::string text;
  for (const auto& item : items) text.append(text.empty() ? "" : ", ").append(print(item));
  return text;
}

tl::unexpected<Error> Bad(std::string what) {
  return Fail(Code::kInvalidArgument, reason::kBadLimit, std::move(what));
}

}  // namespace

Outcome CheckLimits(const Grant& grant, const GrantLimits& limits) {
  if (grant.verb != Verb::kSign &&
      (!limits.algorithms.empty() || limits.has_quota() || limits.headers_required)) {
    return Bad("algorithms, numbers of signatures and headers limit grants to sign only");
  }
  if (!limits.networks.empty() && grant.identity.str().starts_with("unix:")) {
    return Bad("a Unix socket is in no network; leave the networks out");
  }
  if (limits.valid_from && limits.valid_until && *limits.valid_until <= *limits.valid_from) {
    return Bad("the grant would end before it begins");
  }
  return {};
}

std::optional<std::string> FailedLimit(const GrantLimits& limits, const Caller& caller,
                                       std::optional<Algorithm> algorithm) {
  if (limits.valid_from && (!caller.at || *caller.at < *limits.valid_from)) {
    return "begins at " + UtcText(*limits.valid_from);
  }
  if (limits.valid_until && (!caller.at || *caller.at >= *limits.valid_until)) {
    return "ended at " + UtcText(*limits.valid_until);
  }
  const auto contains = [&](const IpNetwork& network) { return network.Contains(*caller.from); };
  if (!limits.networks.empty() &&
      (!caller.from || std::ranges::none_of(limits.networks, contains))) {
    return "holds from " + Joined(limits.networks, [](const auto& each) { return each.str(); }) +
           " only, not from " + (caller.from ? caller.from->str() : "a Unix socket");
  }
  if (algorithm && !limits.algorithms.empty() && !limits.algorithms.contains(*algorithm)) {
    return "holds for " + Joined(limits.algorithms, AlgorithmName) + " only, not for " +
           std::string(AlgorithmName(*algorithm));
  }
  return std::nullopt;
}

std::string UtcText(Timestamp at) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  std::tm fields{};
  std::array<char, 32> text{};
  if (gmtime_r(&seconds, &fields) == nullptr) return std::to_string(ToMilliseconds(at)) + " ms";
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &fields)};
}

}  // namespace dkimkeeper
