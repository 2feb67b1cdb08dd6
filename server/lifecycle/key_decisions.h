// What may happen to a key, as pure functions: a picture and a wish in, changes or a refusal out.
//
// Each authorises first: PERMISSION_DENIED/NO_GRANT comes before anything that would tell what
// exists. Then NOT_FOUND/DOMAIN_UNKNOWN, /SENDER_UNKNOWN, /KEY_UNKNOWN;
// FAILED_PRECONDITION/WRONG_STATE.
#ifndef SERVER_LIFECYCLE_KEY_DECISIONS_H_
#define SERVER_LIFECYCLE_KEY_DECISIONS_H_

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "hsm/token.h"
#include "server/lifecycle/succession.h"

namespace dkimkeeper {

struct GenerateRequest {
  Domain domain;
  Sender sender = Sender::Default();
  Algorithm algorithm = Algorithm::kRsaSha256;
  unsigned rsa_bits = 0;      // 0: the policy's
  std::string selector = {};  // empty: a name that was never used
};

struct AdoptRequest {
  Domain domain;
  Sender sender = Sender::Default();
  std::string selector;
  KeyId token_key_id;
  std::string token = {};  // empty: that of the line's placement
};

// A key by its name, as operators give it.
struct KeyRequest {
  Domain domain;
  Selector selector;
};

// `domain/selector`: a key's name for people.
[[nodiscard]] std::string NameOf(const Key& key);
// `domain/selector/id`: the subject of every decision about a key. With its id, because a selector
// whose key was never made is free again and may name another one.
[[nodiscard]] std::string SubjectOf(const Key& key);
// Null when there is none (any more).
[[nodiscard]] KeyPtr FindSubject(const View& view, std::string_view subject);

// The key that `caller` may `verb`.
[[nodiscard]] Result<KeyPtr> FindFor(const View& view, const Caller& caller, Verb verb,
                                     const KeyRequest& request);

// The key, when `caller` has any right on its sender.
[[nodiscard]] Result<KeyPtr> FindVisible(const View& view, const Caller& caller,
                                         const KeyRequest& request);

// The intent to generate: a key without a public half, in the token of its line's placement. `id`
// is new; `tokens` are those that are configured, at least one; `random` makes five letters for a
// selector that is made up. INVALID_ARGUMENT/BAD_KEY_SIZE; NOT_FOUND/TOKEN_UNKNOWN;
// FAILED_PRECONDITION/DOMAIN_IN_USE, /SENDER_IN_USE while it is being removed; errors of
// ChooseSelector and CheckTakesKey.
struct Birth {
  KeyId id;
  std::vector<TokenTerms> tokens;
  std::function<std::string()> random;
};
[[nodiscard]] Result<Decision> DecideGenerate(const View& view, const Caller& caller,
                                              const GenerateRequest& request, const Birth& birth,
                                              const Policy& policy, Timestamp now);

// Registers a key that `token` holds already, as `found` describes it. Besides the errors of
// DecideGenerate: ALREADY_EXISTS/KEY_EXISTS (that CKA_ID or that public key is registered),
// FAILED_PRECONDITION/KEY_EXTRACTABLE, /KEY_TOO_SMALL (RSA below 2048 bits), /WRONG_PURPOSE.
[[nodiscard]] Result<Decision> DecideAdopt(const View& view, const Caller& caller,
                                           const AdoptRequest& request, const TokenKey& found,
                                           const TokenTerms& token, Timestamp now);

// FAILED_PRECONDITION/DNS_PROOF_MISSING unless every server shows the record, what was there before
// is forgotten, and that was seen within `max_age`.
[[nodiscard]] Outcome CheckProof(const Key& key, std::chrono::milliseconds max_age, Timestamp now);

// `key` signs from now on, on the proof of its record. FAILED_PRECONDITION/WRONG_STATE,
// /KEY_QUARANTINED; errors of CheckMayActivate and CheckProof. The key that signs now starts its
// hand-over window.
[[nodiscard]] Result<Decision> ActivateOnProof(const View& view, const Key& key,
                                               std::span<const TokenTerms> tokens,
                                               const Policy& policy,
                                               std::chrono::milliseconds max_age, Timestamp now);

// The same for an operator; with a `reason` why no proof from DNS is needed, without one:
// FAILED_PRECONDITION/OVERRIDE_DISABLED where the policy does not take it.
[[nodiscard]] Result<Decision> DecideActivate(const View& view, const Caller& caller,
                                              const KeyRequest& request, const std::string& reason,
                                              std::span<const TokenTerms> tokens,
                                              const Policy& policy, Timestamp now);

// Gives up a key that never signed. FAILED_PRECONDITION/LAST_ACTIVE_KEY for one that does: mail
// would go unsigned.
[[nodiscard]] Result<Decision> DecideRetire(const View& view, const Caller& caller,
                                            const KeyRequest& request, Timestamp now);

struct Revocation {
  bool compromised = false;
  bool destroy_now = false;  // and the private key goes next; needs `administer`
};
// Stops the key now. Its record is revoked at once when it is compromised or never signed, else
// after the drain time. In place of a compromised ACTIVE key its proven standby signs from the same
// commit on, if there is one. INVALID_ARGUMENT/BAD_OPTION for `destroy_now` alone.
[[nodiscard]] Result<Decision> DecideRevoke(const View& view, const Caller& caller,
                                            const KeyRequest& request, const Revocation& how,
                                            const Policy& policy,
                                            std::span<const TokenTerms> tokens, Timestamp now);

// The intent to remove a REVOKED key from the token; also for one whose removal was interrupted.
[[nodiscard]] Result<Decision> DecideDestroy(const View& view, const Caller& caller,
                                             const KeyRequest& request, Timestamp now);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_KEY_DECISIONS_H_
