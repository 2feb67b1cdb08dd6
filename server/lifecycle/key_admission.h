// Whether a new key may come into the registry, and under which selector.
#ifndef SERVER_LIFECYCLE_KEY_ADMISSION_H_
#define SERVER_LIFECYCLE_KEY_ADMISSION_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hsm/token.h"
#include "server/store/registry.h"
#include "server/tokens/token_terms.h"

namespace dkimkeeper {

// The line that a key joins.
struct KeyPlace {
  Domain domain;
  Sender sender;
};

// The place, when `caller` may `verb` there and it exists. NO_GRANT, DOMAIN_UNKNOWN,
// SENDER_UNKNOWN.
[[nodiscard]] Result<KeyPlace> FindLine(const View& view, const Caller& caller, Verb verb,
                                        const KeyPlace& place);

// The same for a new key. Also errors of CheckStays.
[[nodiscard]] Result<KeyPlace> AdmitKey(const View& view, const Caller& caller, Verb verb,
                                        const KeyPlace& place);

// A selector as an operator wrote it, never used in this domain. BAD_SELECTOR, SELECTOR_EXISTS.
// `label`: of the key that is to have it, where there is one already; what was reserved for it is
// free for it.
[[nodiscard]] Result<Selector> FreeSelector(const View& view, const KeyPlace& place,
                                            std::string_view text, std::string_view label = "");
// The first of some proposals that was never used.
[[nodiscard]] Result<Selector> ProposeSelector(const View& view, const KeyPlace& place,
                                               const std::function<std::string()>& propose);

// 0 for Ed25519; `bits`, or `fallback` where that is 0, for RSA. INVALID_ARGUMENT/BAD_KEY_SIZE
// unless 2048, 3072 or 4096.
[[nodiscard]] Result<unsigned> CheckRsaBits(Algorithm algorithm, unsigned bits, unsigned fallback);

// The terms of the token that new keys of a place that was admitted are made in: its stand-in where
// the token counts as compromised.
// NOT_FOUND/TOKEN_UNKNOWN: its placement names one that is not configured (any more).
[[nodiscard]] Result<TokenTerms> TokenFor(const View& view, const KeyPlace& place,
                                          std::span<const TokenTerms> tokens);

// ALREADY_EXISTS/KEY_EXISTS: a key has one name only. Two tokens may each have a key of one id.
[[nodiscard]] Outcome CheckNotRegistered(const View& view, const TokenKey& found,
                                         std::string_view token);
// WRONG_PURPOSE, KEY_EXTRACTABLE, KEY_TOO_SMALL.
[[nodiscard]] Outcome CheckAdoptable(const TokenKey& found);

// FAILED_PRECONDITION/KEY_NOT_BORN_HERE unless `found`, made by a call that never returned, is what
// Token::GenerateKeyPair would have answered for `intent`.
[[nodiscard]] Outcome CheckBornHere(const Key& intent, const TokenKey& found);

// What a key born here has and this one lacks, in words of PKCS#11, e.g. "CKA_LOCAL is false".
[[nodiscard]] std::vector<std::string> WhatItLacks(const KeyAttributes& attributes);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_KEY_ADMISSION_H_
