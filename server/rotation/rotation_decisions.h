// What the executor writes down, as pure functions: a picture in, changes or a refusal out.
//
// None authorises: nobody asked for them but the plan. ABORTED/CHANGED_SINCE_READ where the row is
// gone or names another key; no change where it says so already.
#ifndef SERVER_ROTATION_ROTATION_DECISIONS_H_
#define SERVER_ROTATION_ROTATION_DECISIONS_H_

#include <chrono>
#include <functional>
#include <span>
#include <string>

#include "server/lifecycle/key_admission.h"
#include "server/lifecycle/key_decisions.h"
#include "server/rotation/proof_signature.h"
#include "server/rotation/published_proof.h"
#include "server/rotation/record_changes.h"

namespace dkimkeeper {

// --- Steps: they are right only while the plan wants them, which the caller sees to.

// The intent to have a record changed through `publisher`.
[[nodiscard]] Result<Decision> BeginChange(const View& view, const Key& key, StageOf stage,
                                           const std::string& publisher, Timestamp now);

// A proof is as good as new for so long: a look at DNS and a signature take no more.
inline constexpr std::chrono::minutes kProofAge{2};

// It signs from now on, and what signed before it hands over. FAILED_PRECONDITION/WRONG_STATE for a
// key that may not sign any more, or whose old answers are not forgotten; /DNS_PROOF_MISSING for a
// proof that is of another key or older than kProofAge; errors of CheckMayActivate.
[[nodiscard]] Result<Decision> ActivateProven(const View& view, const Key& key,
                                              const SignedProof& proof,
                                              std::span<const TokenTerms> tokens,
                                              const KeyPolicy& policy, Timestamp now);

// Its line is given up: it hands over to nobody.
[[nodiscard]] Result<Decision> RetireForGood(const View& view, const Key& key,
                                             const KeyPolicy& policy, Timestamp now);
// Its hand-over window ends early, kLastMessages from now. No change where it ends before that, or
// was shortened already.
[[nodiscard]] Result<Decision> ShortenHandOver(const View& view, const Key& key, Timestamp now);
// Every live daemon acknowledged that it signs no more.
[[nodiscard]] Result<Decision> MarkStopped(const View& view, const Key& key, Timestamp now);
[[nodiscard]] Result<Decision> MarkRevoked(const View& view, const Key& key, Timestamp now);
// The intent to remove it from the token. FAILED_PRECONDITION/WRONG_STATE unless it is REVOKED.
[[nodiscard]] Result<Decision> BeginDestruction(const View& view, const Key& key, Timestamp now);

// The next key of a line, as its policy wants it: an intent. `id` is new; `random` makes five
// letters for a selector that is made up. NOT_FOUND/TOKEN_UNKNOWN; errors of ChooseSelector and
// CheckTakesKey.
struct NextKey {
  KeyPlace place;
  Algorithm algorithm = Algorithm::kRsaSha256;
  KeyId id;
  std::function<std::string()> random;
};
[[nodiscard]] Result<Decision> BeginGeneration(const View& view, const NextKey& next,
                                               std::span<const TokenTerms> tokens,
                                               const KeyPolicy& policy, Timestamp now);

// --- Facts: written down whatever else happened to the key meanwhile.

// The publisher did it, or told the owner.
[[nodiscard]] Result<Decision> RecordAsked(const View& view, const Key& key, StageOf stage,
                                           Timestamp now);
// The publisher said so, and no server shows it: it is asked again.
[[nodiscard]] Result<Decision> RecordNotDone(const View& view, const Key& key, StageOf stage);
// DNS shows its record. Nothing for a key that is revoked by now. `publisher` counts where the
// owner published it before anybody asked.
[[nodiscard]] Result<Decision> RecordProof(const View& view, const Key& key,
                                           const PublishedProof& proof,
                                           const std::string& publisher, Timestamp now);
// DNS shows something else. A key that never signed has no proof any more.
[[nodiscard]] Result<Decision> RecordLoss(const View& view, const Key& key, Timestamp now);
// DNS shows that it is withdrawn, or removed.
[[nodiscard]] Result<Decision> RecordChangeProven(const View& view, const Key& key, StageOf stage,
                                                  Timestamp now);
// Somebody else's record stands in its place.
[[nodiscard]] Result<Decision> RecordForeign(const View& view, const Key& key);

}  // namespace dkimkeeper

#endif  // SERVER_ROTATION_ROTATION_DECISIONS_H_
