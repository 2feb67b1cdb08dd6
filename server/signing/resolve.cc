#include "server/signing/resolve.h"

#include "proto/reason.h"
#include "server/keys/key_state.h"

namespace dkimkeeper {
namespace {

std::string Describe(const SignRequest& request) {
  return request.selector.str() + " of " + request.domain.str();
}

// The right to sign with a key that does not exist: on the sender that was named, or on any.
Outcome AuthorizeUnknown(const AccessRules& rules, const Caller& caller,
                         const SignRequest& request) {
  if (!request.sender) return rules.MaySomewhereIn(caller, Verb::kSign, request.domain);
  const auto scope = Scope::Of(request.domain, *request.sender);
  const auto authorized =
      rules.Authorize(caller, Verb::kSign, scope, request.algorithm, request.by);
  if (!authorized) return Forward(authorized);
  return {};
}

Outcome CheckSigns(const Keyring& keyring, const Key& key, const SignRequest& request,
                   Timestamp now, KeyringAge age) {
  if (key.algorithm != request.algorithm) {
    return Fail(Code::kInvalidArgument, reason::kBadAlgorithm,
                "selector " + Describe(request) + " has a key for " +
                    std::string(AlgorithmName(key.algorithm)) + ", not " +
                    std::string(AlgorithmName(request.algorithm)));
  }
  if (key.quarantined_at) {
    return Fail(Code::kFailedPrecondition, reason::kKeyQuarantined,
                "the token holds another key for selector " + Describe(request) +
                    " than was registered; rotate to a new key and look into the token");
  }
  if (SignsAt(key, now)) {
    if (age == KeyringAge::kFresh || SignsWithStale(key, now)) return {};
    return Fail(Code::kUnavailable, reason::kStoreAway,
                "this daemon has not reached its store for long, and selector " +
                    Describe(request) + " may have been replaced meanwhile; ask another daemon");
  }
  const auto current = keyring.Current(key.domain, key.sender, key.algorithm, now);
  const std::string advice = current ? "sign with " + current->selector.str()
                                     : std::string("no key of this line is active");
  auto stale =
      Fail(Code::kFailedPrecondition, reason::kSelectorNotActive,
           "selector " + Describe(request) + " is " + std::string(KeyStateName(StateAt(key, now))) +
               " and does not sign; " + advice);
  if (current) stale.value().current_selector = current->selector.str();
  return stale;
}

}  // namespace

Result<SignOrder> Resolve(const AccessRules& rules, const Keyring& keyring, const Caller& caller,
                          const SignRequest& request, Timestamp now, KeyringAge age) {
  auto key = keyring.Find(request.domain, request.selector);
  if (!key || (request.sender && *request.sender != key->sender)) {
    const auto allowed = AuthorizeUnknown(rules, caller, request);
    if (!allowed) return Forward(allowed);
    return Fail(Code::kNotFound, reason::kKeyUnknown,
                "no key with selector " + Describe(request) + "; `dkimkeeper key list` shows them");
  }
  auto authorized = rules.Authorize(caller, Verb::kSign, Scope::Of(request.domain, key->sender),
                                    request.algorithm, request.by);
  if (!authorized) return Forward(authorized);
  const auto signs = CheckSigns(keyring, *key, request, now, age);
  if (!signs) return Forward(signs);
  return SignOrder{*std::move(authorized), std::move(key), request.digest, request.note,
                   request.by};
}

}  // namespace dkimkeeper
