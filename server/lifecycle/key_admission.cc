#include "server/lifecycle/key_admission.h"

#include <algorithm>
#include <utility>

#include "proto/reason.h"
#include "server/lifecycle/domain_entry.h"
#include "server/lifecycle/key_label.h"
#include "server/lifecycle/placement.h"
#include "server/lifecycle/token_admission.h"

namespace dkimkeeper {
namespace {

constexpr unsigned kSmallestRsa = 2048;
constexpr int kProposals = 8;

tl::unexpected<Error> Refuse(std::string_view reason, std::string message) {
  return Fail(Code::kFailedPrecondition, reason, std::move(message));
}

}  // namespace

Result<KeyPlace> FindLine(const View& view, const Caller& caller, Verb verb,
                          const KeyPlace& place) {
  const auto authorized = view.rules.Authorize(caller, verb, Scope::Of(place.domain, place.sender));
  if (!authorized) return Forward(authorized);
  const auto entry = view.contents.domains.find(place.domain);
  if (entry == view.contents.domains.end()) {
    return Fail(Code::kNotFound, reason::kDomainUnknown,
                "no domain " + place.domain.str() + "; `dkimkeeper domain add` it first");
  }
  if (!entry->second.senders.contains(place.sender)) {
    return Fail(Code::kNotFound, reason::kSenderUnknown,
                "domain " + place.domain.str() + " has no sender " + place.sender.str() +
                    "; `dkimkeeper sender add` it first");
  }
  return place;
}

Result<KeyPlace> AdmitKey(const View& view, const Caller& caller, Verb verb,
                          const KeyPlace& place) {
  auto found = FindLine(view, caller, verb, place);
  if (!found) return found;
  const auto stays = CheckStays(view.contents.domains.at(place.domain), place.sender);
  if (!stays) return Forward(stays);
  return found;
}

Result<Selector> FreeSelector(const View& view, const KeyPlace& place, std::string_view text,
                              std::string_view label) {
  const auto entry = view.contents.domains.find(place.domain);
  const bool underscore = entry != view.contents.domains.end() && entry->second.allow_underscore;
  auto selector = Selector::Parse(text, underscore ? Underscore::kAllowed : Underscore::kRefused);
  if (!selector) return selector;
  if (const auto name = KeyRecordName(*selector, place.domain); !name) return Forward(name);
  const bool reserved = view.contents.reserved_selectors.contains({place.domain, *selector}) &&
                        label != KeyLabel(place.domain, *selector);
  if (reserved || view.keyring.Find(place.domain, *selector)) {
    return Fail(Code::kAlreadyExists, reason::kSelectorExists,
                "selector " + selector->str() + " of " + place.domain.str() +
                    " is or was used; a selector is used once, choose another");
  }
  return selector;
}

Result<Selector> ProposeSelector(const View& view, const KeyPlace& place,
                                 const std::function<std::string()>& propose) {
  Result<Selector> selector = FreeSelector(view, place, propose());
  for (int i = 1; i < kProposals && !selector; ++i) selector = FreeSelector(view, place, propose());
  return selector;
}

Result<unsigned> CheckRsaBits(Algorithm algorithm, unsigned bits, unsigned fallback) {
  if (algorithm == Algorithm::kEd25519Sha256) {
    if (bits == 0) return 0U;
    return Fail(Code::kInvalidArgument, reason::kBadKeySize,
                "an Ed25519 key has one size; leave --bits out");
  }
  const unsigned chosen = bits == 0 ? fallback : bits;
  if (chosen == 2048 || chosen == 3072 || chosen == 4096) return chosen;
  return Fail(Code::kInvalidArgument, reason::kBadKeySize,
              "RSA bits must be 2048, 3072 or 4096, not " + std::to_string(chosen));
}

Result<TokenTerms> TokenFor(const View& view, const KeyPlace& place,
                            std::span<const TokenTerms> tokens) {
  const DomainEntry& entry = view.contents.domains.at(place.domain);
  const Placement placement = PlacementOf(entry, place.sender, tokens.front().name);
  const bool lost = RecordOf(view, placement.token).compromised_at.has_value();
  const bool stands_in = lost && !placement.standby_token.empty();
  return FindTerms(tokens, stands_in ? placement.standby_token : placement.token);
}

Outcome CheckNotRegistered(const View& view, const TokenKey& found, std::string_view token) {
  const auto same = std::ranges::find_if(view.contents.keys, [&](const auto& entry) {
    const Key& key = *entry.second;
    return (key.id == found.id && key.token == token) || key.public_key == found.public_key;
  });
  if (same == view.contents.keys.end()) return {};
  return Fail(Code::kAlreadyExists, reason::kKeyExists,
              "that key is registered already, as " + same->first.second.str() + " of " +
                  same->first.first.str());
}

Outcome CheckAdoptable(const TokenKey& found) {
  const std::string name = "key " + found.id.ToHex();
  if (found.purpose != KeyPurpose::kDkim) {
    return Refuse(reason::kWrongPurpose, name + " serves this service itself (label " +
                                             found.label + "); it signs no mail, choose another");
  }
  if (found.attributes.extractable || !found.attributes.sensitive) {
    return Refuse(reason::kKeyExtractable,
                  name +
                      " can be read out of the token; import it as sensitive and not "
                      "extractable, or better generate a new one");
  }
  if (found.public_key.algorithm == Algorithm::kRsaSha256 && found.rsa_bits < kSmallestRsa) {
    return Refuse(reason::kKeyTooSmall, name + " is an RSA key of " +
                                            std::to_string(found.rsa_bits) +
                                            " bits; 2048 is the least, generate a new one");
  }
  return {};
}

Outcome CheckBornHere(const Key& intent, const TokenKey& found) {
  const KeyAttributes& has = found.attributes;
  const bool unread = has.sensitive && has.always_sensitive && !has.extractable &&
                      has.never_extractable && has.local;
  if (unread && found.purpose == KeyPurpose::kDkim &&
      found.public_key.algorithm == intent.algorithm && found.rsa_bits == intent.rsa_bits) {
    return {};
  }
  return Refuse(reason::kKeyNotBornHere, "key " + found.id.ToHex() +
                                             " is not the one that was to be generated as " +
                                             intent.selector.str() + " of " + intent.domain.str() +
                                             "; it is not used, generate a new one");
}

std::vector<std::string> WhatItLacks(const KeyAttributes& attributes) {
  std::vector<std::string> lacks;
  const auto note = [&lacks](bool lacking, const char* what) {
    if (lacking) lacks.emplace_back(what);
  };
  note(!attributes.local, "CKA_LOCAL is false: not generated in this token");
  note(!attributes.always_sensitive, "CKA_ALWAYS_SENSITIVE is false");
  note(!attributes.never_extractable, "CKA_NEVER_EXTRACTABLE is false");
  note(attributes.modifiable, "CKA_MODIFIABLE is true");
  note(attributes.may_decrypt, "it may decrypt, unwrap, derive or sign with recovery");
  note(attributes.allowed_mechanisms.empty(), "CKA_ALLOWED_MECHANISMS is not restricted");
  return lacks;
}

}  // namespace dkimkeeper
