#include "client/reference/local_access.h"

#include <algorithm>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

bool Names(const LocalAccessRule& rule, const Peer& peer) {
  if (const auto* user = std::get_if<UserId>(&rule.who)) return user->number == peer.uid;
  return peer.IsIn(std::get<GroupId>(rule.who).number);
}

template <typename Value>
bool Covers(const std::optional<Value>& part, const Value& value) {
  return !part || *part == value;
}

tl::unexpected<Error> NoGrant(const Peer& peer, const std::string& what) {
  return Fail(Code::kPermissionDenied, reason::kNoGrant,
              "no rule of this host's agent lets " + peer.Description() + " use " + what +
                  "; add one to its configuration");
}

}  // namespace

Outcome LocalAccess::CheckDomain(const Peer& peer, const Domain& domain) const {
  const bool allowed = std::any_of(rules_.begin(), rules_.end(), [&](const auto& rule) {
    return Names(rule, peer) && Covers(rule.domain, domain);
  });
  if (allowed) return {};
  return NoGrant(peer, "keys of " + domain.str());
}

Outcome LocalAccess::CheckKey(const Peer& peer, const Domain& domain, const Sender& sender,
                              Algorithm algorithm) const {
  const bool allowed = std::any_of(rules_.begin(), rules_.end(), [&](const auto& rule) {
    return Names(rule, peer) && Covers(rule.domain, domain) && Covers(rule.sender, sender) &&
           Covers(rule.algorithm, algorithm);
  });
  if (allowed) return {};
  return NoGrant(peer, std::string(AlgorithmName(algorithm)) + " keys of " + domain.str() +
                           " and sender " + sender.str());
}

}  // namespace dkimkeeper
