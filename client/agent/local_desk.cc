#include "client/agent/local_desk.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;

// What is left for the way back of an answer: a program that gave up does not read why.
constexpr milliseconds kAnswerTime{250};

const SigningKey* FindKey(const SigningKeys& keys, const Domain& domain, const Selector& selector) {
  const auto found = std::find_if(keys.keys.begin(), keys.keys.end(), [&](const SigningKey& key) {
    return key.domain == domain && key.selector == selector;
  });
  return found == keys.keys.end() ? nullptr : &*found;
}

auto Rank(const SigningKey& key) {
  return std::tuple(key.sender != Sender::Default(), key.signs_until_ms.has_value());
}

// The key of an algorithm that `peer` may use, the best first; null where there is none.
const SigningKey* BestKey(const SigningKeys& keys, const Domain& domain, Algorithm algorithm,
                          const LocalAccess& access, const Peer& peer) {
  const SigningKey* best = nullptr;
  for (const SigningKey& key : keys.keys) {
    if (key.domain != domain || key.algorithm != algorithm) continue;
    if (!access.CheckKey(peer, key.domain, key.sender, key.algorithm)) continue;
    if (best == nullptr || Rank(key) < Rank(*best)) best = &key;
  }
  return best;
}

const SigningKey* Wanted(const SigningKeys& keys, const WantedKey& wanted,
                         const LocalAccess& access, const Peer& peer) {
  if (const auto* selector = std::get_if<Selector>(&wanted.which)) {
    return FindKey(keys, wanted.domain, *selector);
  }
  return BestKey(keys, wanted.domain, std::get<Algorithm>(wanted.which), access, peer);
}

std::string_view NameOf(const std::variant<Selector, Algorithm>& which) {
  if (const auto* selector = std::get_if<Selector>(&which)) return selector->str();
  return AlgorithmName(std::get<Algorithm>(which));
}

tl::unexpected<Error> NoSuchKey(const WantedKey& wanted) {
  return Fail(Code::kNotFound, reason::kKeyUnknown,
              "no key " + std::string(NameOf(wanted.which)) + " of " + wanted.domain.str() +
                  " signs that this program may use; `dkimkeeper key list` shows the keys");
}

// What the program has in hand names `item`'s key; `current` is the one to use in its place.
tl::unexpected<Error> SignsNoMore(const DigestToSign& item, const SigningKey* current) {
  auto error = Fail(Code::kFailedPrecondition, reason::kSelectorNotActive,
                    "selector " + item.selector.str() + " of " + item.domain.str() +
                        " is none that signs for this host, or was replaced; " +
                        (current == nullptr ? "no other key of its algorithm may be used here"
                                            : "make a reference to " + current->selector.str() +
                                                  " with `dkimkeeper key reference`"));
  if (current != nullptr) error.value().current_selector = current->selector.str();
  return error;
}

Result<FoundKey> Found(const SigningKey& key) {
  if (!key.public_key) {
    return Fail(Code::kInternal, reason::kInternal,
                "the server does not tell public keys; update it, or give the program a file made "
                "with `dkimkeeper key reference`");
  }
  auto reference = Reference::Make(key.domain.str(), key.selector);
  if (!reference) return Forward(reference);
  return FoundKey{*std::move(reference), key.sender, *key.public_key};
}

}  // namespace

LocalDesk::Instant LocalDesk::EndOf(milliseconds patience) const {
  return parts_.clock.Steady() + patience - std::min(patience / 8, kAnswerTime);
}

// At least 1 ms: the client says best what a time that is over means.
milliseconds LocalDesk::LeftUntil(Instant end) const {
  return std::max(std::chrono::duration_cast<milliseconds>(end - parts_.clock.Steady()),
                  milliseconds(1));
}

template <typename Answer>
void LocalDesk::Note(const Peer& peer, const Called& called, const Result<Answer>& answer) {
  parts_.metrics.CountProgram(called.call, answer ? called.done : answer.error().reason);
  if (answer) {
    parts_.events.Info("program.served", {{"call", called.call},
                                          {"uid", peer.uid},
                                          {"gid", peer.gid},
                                          {"pid", peer.pid},
                                          {"domain", called.domain},
                                          {"key", called.which}});
  } else {
    parts_.events.Warning("program.refused", {{"call", called.call},
                                              {"uid", peer.uid},
                                              {"gid", peer.gid},
                                              {"pid", peer.pid},
                                              {"domain", called.domain},
                                              {"key", called.which},
                                              {"reason", answer.error().reason},
                                              {"message", answer.error().message}});
  }
}

Result<FoundKey> LocalDesk::Find(const Peer& peer, const WantedKey& wanted, milliseconds patience) {
  auto answer = Look(peer, wanted, EndOf(patience));
  Note(peer, {"find", "found", wanted.domain.str(), NameOf(wanted.which)}, answer);
  return answer;
}

Result<FoundKey> LocalDesk::Look(const Peer& peer, const WantedKey& wanted, Instant end) {
  const CurrentPolicy::Snapshot policy = parts_.policy.Get();
  const LocalAccess& access = policy->local_access;
  if (const Outcome allowed = access.CheckDomain(peer, wanted.domain); !allowed) {
    return Forward(allowed);
  }
  const auto keys = parts_.client.ListSigningKeysOf(wanted.domain, LeftUntil(end));
  if (!keys) return Forward(keys);
  const SigningKey* key = Wanted(*keys, wanted, access, peer);
  if (key == nullptr) return NoSuchKey(wanted);
  const Outcome allowed = access.CheckKey(peer, key->domain, key->sender, key->algorithm);
  if (!allowed) return Forward(allowed);
  return Found(*key);
}

Result<std::string> LocalDesk::Sign(const Peer& peer, const DigestToSign& item,
                                    milliseconds patience) {
  auto answer = SignAllowed(peer, item, EndOf(patience));
  Note(peer, {"sign", "signed", item.domain.str(), item.selector.str()}, answer);
  return answer;
}

Result<std::string> LocalDesk::SignAllowed(const Peer& peer, const DigestToSign& item,
                                           Instant end) {
  const CurrentPolicy::Snapshot policy = parts_.policy.Get();
  const LocalAccess& access = policy->local_access;
  if (const Outcome allowed = access.CheckDomain(peer, item.domain); !allowed) {
    return Forward(allowed);
  }
  const auto key = KeyOf(access, peer, item, end);
  if (!key) return Forward(key);
  const Outcome allowed = access.CheckKey(peer, key->domain, key->sender, key->algorithm);
  if (!allowed) return Forward(allowed);
  return parts_.client.SignDigest(item,
                                  {LeftUntil(end), "dkimkeeper-agent for " + peer.Description()});
}

Result<SigningKey> LocalDesk::KeyOf(const LocalAccess& access, const Peer& peer,
                                    const DigestToSign& item, Instant end) {
  if (const auto newest = parts_.keys.Newest()) {
    const SigningKey* key = FindKey(*newest, item.domain, item.selector);
    if (key != nullptr) return *key;
  }
  const auto asked = parts_.client.ListSigningKeysOf(item.domain, LeftUntil(end));
  if (!asked) return Forward(asked);
  const SigningKey* key = FindKey(*asked, item.domain, item.selector);
  if (key != nullptr) return *key;
  return SignsNoMore(item, BestKey(*asked, item.domain, item.algorithm, access, peer));
}

}  // namespace dkimkeeper
