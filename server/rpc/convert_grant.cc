#include "server/rpc/convert_grant.h"

#include <algorithm>
#include <string>
#include <utility>

#include "proto/reason.h"
#include "server/rpc/convert.h"

namespace dkimkeeper {
namespace {

v1::Verb ToProto(Verb verb) {
  switch (verb) {
    case Verb::kSign:
      return v1::VERB_SIGN;
    case Verb::kRotate:
      return v1::VERB_ROTATE;
    case Verb::kAudit:
      return v1::VERB_AUDIT;
    case Verb::kAdminister:
      return v1::VERB_ADMINISTER;
  }
  return v1::VERB_UNSPECIFIED;
}

// A refusal names them, and a gRPC status holds some kilobytes.
constexpr int kMostNetworks = 64;

void Fill(const GrantLimits& limits, v1::GrantLimits& message) {
  for (const Algorithm algorithm : limits.algorithms) {
    message.add_algorithms(ToProto(algorithm));
  }
  for (const IpNetwork& network : limits.networks) message.add_networks(network.str());
  message.set_valid_from_ms(Milliseconds(limits.valid_from));
  message.set_valid_until_ms(Milliseconds(limits.valid_until));
  message.set_per_second(limits.per_second);
  message.set_per_day(limits.per_day);
  message.set_headers_required(limits.headers_required);
}

// 0 is none.
Result<std::optional<Timestamp>> TimeOf(std::int64_t milliseconds) {
  if (milliseconds == 0) return std::optional<Timestamp>();
  if (milliseconds > 0) return std::optional(FromMilliseconds(milliseconds));
  return Fail(Code::kInvalidArgument, reason::kBadLimit,
              "a grant is valid from or until after 1970");
}

}  // namespace

v1::Grant ToProto(const LimitedGrant& limited) {
  v1::Grant message;
  const auto& [identity, verb, scope] = limited.grant;
  message.set_identity(identity.str());
  message.set_verb(ToProto(verb));
  message.set_domain(scope.PlaceText());
  message.set_sender(scope.SenderText());
  if (limited.limits.any()) Fill(limited.limits, *message.mutable_limits());
  return message;
}

Result<Verb> FromProto(v1::Verb verb) {
  // The enum's names are the verbs' own, with a prefix: one table of verbs is enough.
  std::string name = v1::Verb_Name(verb);
  constexpr std::string_view kPrefix = "VERB_";
  name.erase(0, std::min(name.size(), kPrefix.size()));
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return ParseVerb(name);
}

Result<Grant> FromProto(const v1::Grant& grant) {
  auto identity = Grantee::Parse(grant.identity());
  if (!identity) return Forward(identity);
  const auto verb = FromProto(grant.verb());
  if (!verb) return Forward(verb);
  auto scope = Scope::Parse(grant.domain(), grant.sender());
  if (!scope) return Forward(scope);
  return Grant{*std::move(identity), *verb, *std::move(scope)};
}

Result<GrantLimits> FromProto(const v1::GrantLimits& message) {
  GrantLimits limits;
  for (const int number : message.algorithms()) {
    const auto algorithm = FromProto(static_cast<v1::Algorithm>(number));
    if (!algorithm) return Forward(algorithm);
    limits.algorithms.insert(*algorithm);
  }
  if (message.networks_size() > kMostNetworks) {
    return Fail(Code::kInvalidArgument, reason::kBadLimit,
                "a grant names at most " + std::to_string(kMostNetworks) +
                    " networks; name larger ones, or make two grants");
  }
  for (const std::string& text : message.networks()) {
    const auto network = IpNetwork::Parse(text);
    if (!network) return Forward(network);
    limits.networks.insert(*network);
  }
  const auto from = TimeOf(message.valid_from_ms());
  if (!from) return Forward(from);
  const auto until = TimeOf(message.valid_until_ms());
  if (!until) return Forward(until);
  limits.valid_from = *from;
  limits.valid_until = *until;
  limits.per_second = message.per_second();
  limits.per_day = message.per_day();
  limits.headers_required = message.headers_required();
  return limits;
}

}  // namespace dkimkeeper
