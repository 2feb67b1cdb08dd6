#include "server/lifecycle/key_decisions.h"

#include <algorithm>
#include <utility>

#include "proto/dkim/label.h"
#include "proto/reason.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/key_admission.h"
#include "server/lifecycle/rotate_decisions.h"
#include "server/lifecycle/selector_choice.h"
#include "server/lifecycle/token_admission.h"

namespace dkimkeeper {
namespace {

std::string Join(const Domain& domain, const Selector& selector) {
  return domain.str() + "/" + selector.str();
}

tl::unexpected<Error> NoKey(const KeyRequest& request) {
  return Fail(Code::kNotFound, reason::kKeyUnknown,
              "no key " + Join(request.domain, request.selector) +
                  "; `dkimkeeper key list` shows what there is");
}

Decision Put(Key key) {
  std::string subject = SubjectOf(key);
  return {{PutKey{std::move(key)}}, std::move(subject)};
}

tl::unexpected<Error> WrongState(const Key& key, Timestamp now, std::string_view wish,
                                 std::string_view advice) {
  return Fail(Code::kFailedPrecondition, reason::kWrongState,
              "key " + NameOf(key) + " is " + std::string(KeyStateName(StateAt(key, now))) +
                  " and cannot be " + std::string(wish) + "; " + std::string(advice));
}

// The key for a change: there, allowed, and with no act in the token unfinished.
Result<Key> SettledKey(const View& view, const Caller& caller, Verb verb,
                       const KeyRequest& request) {
  const auto key = FindFor(view, caller, verb, request);
  if (!key) return Forward(key);
  if (InProgress(**key)) {
    return Fail(Code::kFailedPrecondition, reason::kWrongState,
                "key " + NameOf(**key) +
                    " is still being made or removed in the token; repeat that request with its "
                    "request_id, or restart the server to have it finished");
  }
  return **key;
}

tl::unexpected<Error> Quarantined(const Key& key) {
  return Fail(Code::kFailedPrecondition, reason::kKeyQuarantined,
              "the token holds another key than was registered as " + NameOf(key) +
                  "; `key revoke` it and look into who wrote to the token");
}

// Judged by what was written, not by the state: a clock that was set back makes no key new again.
bool NeverUsed(const Key& key) {
  return !key.activated_at && !key.retired_at && !key.revoked_at && !key.destroyed_at;
}

// Whether it may start to sign, a proof of its record aside.
Outcome CheckStartable(const View& view, const Key& key, std::span<const TokenTerms> tokens,
                       Timestamp now) {
  if (key.quarantined_at) return Quarantined(key);
  if (!NeverUsed(key) || !key.public_key) {
    return WrongState(key, now, "activated", "generate a new key for a new start");
  }
  return CheckMayActivate(view, key, tokens);
}

// An operator's `key activate` follows a look at DNS.
constexpr std::chrono::seconds kProofAge{60};

}  // namespace

std::string NameOf(const Key& key) { return Join(key.domain, key.selector); }

std::string SubjectOf(const Key& key) { return NameOf(key) + "/" + key.id.ToHex(); }

KeyPtr FindSubject(const View& view, std::string_view subject) {
  const auto parts = Split(subject, '/');
  if (parts.size() != 3) return nullptr;
  const auto domain = Domain::Parse(parts[0]);
  const auto selector = Selector::Parse(parts[1], Underscore::kAllowed);
  if (!domain || !selector) return nullptr;
  auto key = view.keyring.Find(*domain, *selector);
  return key && key->id.ToHex() == parts[2] ? key : nullptr;
}

Result<KeyPtr> FindFor(const View& view, const Caller& caller, Verb verb,
                       const KeyRequest& request) {
  auto key = view.keyring.Find(request.domain, request.selector);
  if (key) {
    const auto authorized = view.rules.Authorize(caller, verb, Scope::Of(key->domain, key->sender));
    if (!authorized) return Forward(authorized);
    return key;
  }
  if (const auto may = view.rules.MaySomewhereIn(caller, verb, request.domain); !may) {
    return Forward(may);
  }
  return NoKey(request);
}

Result<KeyPtr> FindVisible(const View& view, const Caller& caller, const KeyRequest& request) {
  auto key = view.keyring.Find(request.domain, request.selector);
  const bool visible = key ? view.rules.MaySee(caller, Scope::Of(key->domain, key->sender))
                           : view.rules.MaySeeDomain(caller, request.domain);
  if (!visible) {
    return Forward(view.rules.Authorize(caller, Verb::kAudit, Scope::AllOf(request.domain)));
  }
  if (!key) return NoKey(request);
  return key;
}

Result<Decision> DecideGenerate(const View& view, const Caller& caller,
                                const GenerateRequest& request, const Birth& birth,
                                const Policy& policy, Timestamp now) {
  const auto place = AdmitKey(view, caller, Verb::kRotate, {request.domain, request.sender});
  if (!place) return Forward(place);
  const auto token = TokenFor(view, *place, birth.tokens);
  if (!token) return Forward(token);
  const KeyPolicy own = PolicyOf(view, request.domain, request.sender, policy);
  const auto bits = CheckRsaBits(request.algorithm, request.rsa_bits, own.rsa_bits);
  if (!bits) return Forward(bits);
  const auto selector = ChooseSelector(view,
                                       {.place = *place,
                                        .algorithm = request.algorithm,
                                        .policy = own,
                                        .name = request.selector,
                                        .random = birth.random},
                                       now);
  if (!selector) return Forward(selector);
  if (const auto taken = CheckTakesKey(view, *token, request.algorithm); !taken) {
    return Forward(taken);
  }
  return Put({.domain = request.domain,
              .sender = request.sender,
              .selector = *selector,
              .algorithm = request.algorithm,
              .rsa_bits = *bits,
              .origin = KeyOrigin::kGenerated,
              .id = birth.id,
              .token = token->name,
              .public_key = {},
              .lacks = {},
              .created_at = now});
}

Result<Decision> DecideAdopt(const View& view, const Caller& caller, const AdoptRequest& request,
                             const TokenKey& found, const TokenTerms& token, Timestamp now) {
  const auto place = AdmitKey(view, caller, Verb::kAdminister, {request.domain, request.sender});
  if (!place) return Forward(place);
  const auto selector = FreeSelector(view, *place, request.selector, found.label);
  if (!selector) return Forward(selector);
  if (const auto unknown = CheckNotRegistered(view, found, token.name); !unknown) {
    return Forward(unknown);
  }
  if (const auto fit = CheckAdoptable(found); !fit) return Forward(fit);
  const Algorithm algorithm = found.public_key.algorithm;
  if (const auto taken = CheckTakesKey(view, token, algorithm); !taken) return Forward(taken);
  return Put({.domain = request.domain,
              .sender = request.sender,
              .selector = *selector,
              .algorithm = algorithm,
              .rsa_bits = found.rsa_bits,
              .origin = KeyOrigin::kImported,
              .id = found.id,
              .token = token.name,
              .public_key = found.public_key,
              .lacks = WhatItLacks(found.attributes),
              .created_at = now});
}

Outcome CheckProof(const Key& key, std::chrono::milliseconds max_age, Timestamp now) {
  std::string lacking;
  if (!key.published_at || !key.proof_renewed_at || key.record_lost_at) {
    lacking = "no server was seen to show it";
  } else if (!key.usable_from || *key.usable_from > now) {
    lacking = "old answers may still be remembered";
  } else if (std::chrono::abs(now - *key.proof_renewed_at) > max_age) {
    lacking = "it was not looked at just now";
  } else {
    return {};
  }
  return Fail(Code::kFailedPrecondition, reason::kDnsProofMissing,
              "the record of key " + NameOf(key) + " is not proven: " + lacking +
                  "; publish it, run `dkimkeeper dns check " + key.domain.str() + " " +
                  key.selector.str() + "`, or give `--without-dns-proof REASON`");
}

Result<Decision> ActivateOnProof(const View& view, const Key& key,
                                 std::span<const TokenTerms> tokens, const Policy& policy,
                                 std::chrono::milliseconds max_age, Timestamp now) {
  if (const auto fit = CheckStartable(view, key, tokens, now); !fit) return Forward(fit);
  if (const auto proven = CheckProof(key, max_age, now); !proven) return Forward(proven);
  return Decision{Succeed(view, key, PolicyOf(view, key.domain, key.sender, policy), now),
                  SubjectOf(key)};
}

Result<Decision> DecideActivate(const View& view, const Caller& caller, const KeyRequest& request,
                                const std::string& reason, std::span<const TokenTerms> tokens,
                                const Policy& policy, Timestamp now) {
  auto key = SettledKey(view, caller, Verb::kRotate, request);
  if (!key) return Forward(key);
  if (reason.empty()) return ActivateOnProof(view, *key, tokens, policy, kProofAge, now);
  if (const auto fit = CheckStartable(view, *key, tokens, now); !fit) return Forward(fit);
  if (!policy.allow_activation_without_dns_proof) {
    return Fail(Code::kFailedPrecondition, reason::kOverrideDisabled,
                "activation without proof from DNS is off; set [policy] "
                "allow_activation_without_dns_proof = true on the server to take it");
  }
  key->override_reason = reason;
  key->override_by = caller.str();
  return Decision{Succeed(view, *key, PolicyOf(view, key->domain, key->sender, policy), now),
                  SubjectOf(*key)};
}

Result<Decision> DecideRetire(const View& view, const Caller& caller, const KeyRequest& request,
                              Timestamp now) {
  auto key = SettledKey(view, caller, Verb::kRotate, request);
  if (!key) return Forward(key);
  if (key->quarantined_at) return Quarantined(*key);
  if (StateAt(*key, now) == KeyState::kActive) {
    return Fail(Code::kFailedPrecondition, reason::kLastActiveKey,
                "key " + NameOf(*key) +
                    " is the only active one of its line: mail would go unsigned; activate its "
                    "successor, which retires it, or `key revoke` it to stop signing");
  }
  if (!NeverUsed(*key)) return WrongState(*key, now, "retired", "it signs nothing new already");
  key->retired_at = now;
  key->signs_until = now;
  return Put(*std::move(key));
}

Result<Decision> DecideRevoke(const View& view, const Caller& caller, const KeyRequest& request,
                              const Revocation& how, const Policy& policy,
                              std::span<const TokenTerms> tokens, Timestamp now) {
  auto key = SettledKey(view, caller, Verb::kRotate, request);
  if (!key) return Forward(key);
  const auto may = CheckDestroyNow(view, caller, Scope::Of(key->domain, key->sender),
                                   how.compromised, how.destroy_now);
  if (!may) return Forward(may);
  const KeyState state = StateAt(*key, now);
  if (state == KeyState::kDestroyed || (state == KeyState::kRevoked && !how.compromised)) {
    return WrongState(*key, now, "revoked", "nothing is left to do");
  }
  if (how.compromised) {
    const KeyPtr lost = std::make_shared<const Key>(*key);
    const EmergencyTerms terms{.policy = policy, .tokens = tokens, .destroy_now = how.destroy_now};
    return Decision{StopCompromised(view, {&lost, 1}, terms, now), SubjectOf(*key)};
  }
  const auto drain = PolicyOf(view, key->domain, key->sender, policy).drain;
  return Put(Revoked(*std::move(key), drain, NextGeneration(view), now));
}

Result<Decision> DecideDestroy(const View& view, const Caller& caller, const KeyRequest& request,
                               Timestamp now) {
  const auto found = FindFor(view, caller, Verb::kAdminister, request);
  if (!found) return Forward(found);
  Key key = **found;
  if (StateAt(key, now) != KeyState::kRevoked || !key.public_key) {
    return WrongState(key, now, "destroyed", "`key revoke` it first and let its drain time pass");
  }
  if (!key.destroying_at) key.destroying_at = now;
  return Put(std::move(key));
}

}  // namespace dkimkeeper
