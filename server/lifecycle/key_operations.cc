#include "server/lifecycle/key_operations.h"

#include <openssl/rand.h>

#include <array>
#include <utility>

#include "proto/reason.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/key_admission.h"
#include "server/lifecycle/selector_name.h"

namespace dkimkeeper {
namespace {

// PKCS#11 modules take minutes for large RSA keys; a find or a signature never does.
constexpr std::chrono::seconds kGenerateTime{120};
constexpr std::chrono::seconds kTokenTime{10};

// The token said no, so that nothing was made; anything else leaves the act in doubt.
bool IsRefusal(const Error& error) {
  return error.code == Code::kInvalidArgument || error.code == Code::kFailedPrecondition ||
         error.code == Code::kResourceExhausted;
}

Sha256Digest RandomDigest() {
  std::array<std::uint8_t, Sha256Digest::kSize> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  return Sha256Digest(bytes);
}

std::string ProposeName(Timestamp now) {
  std::array<std::uint8_t, 5> random{};
  RAND_bytes(random.data(), static_cast<int>(random.size()));
  return SelectorNameFor(now, random);
}

KeySpec SpecOf(const Key& intent) {
  return {.id = intent.id,
          .purpose = KeyPurpose::kDkim,
          .algorithm = intent.algorithm,
          .rsa_bits = intent.rsa_bits,
          .label = "dkim:" + intent.domain.str() + ":" + intent.selector.str()};
}

Subject SubjectFor(const KeyRequest& request, std::string detail = {}) {
  return {.domain = request.domain.str(),
          .sender = {},
          .selector = request.selector.str(),
          .detail = std::move(detail)};
}

Subject SubjectFor(const Domain& domain, const Sender& sender, const Result<KeyPtr>& key,
                   const std::string& selector) {
  return {.domain = domain.str(),
          .sender = sender.str(),
          .selector = key && *key ? (*key)->selector.str() : selector,
          .detail = {}};
}

}  // namespace

// Commits the decision, then carries on what it (or an earlier, interrupted call) began.
Result<KeyPtr> KeyOperations::Settle(const Mutation& mutation, const Registry::Decide& decide) {
  const auto updated = parts_.registry.Update(mutation, Now(), decide);
  if (!updated) return Forward(updated);
  auto key = FindSubject(*updated->view, updated->subject);
  if (!key) {
    return Fail(Code::kAborted, reason::kChangedSinceRead,
                "that request was undone after a failure in the token; choose a new request_id");
  }
  if (!InProgress(*key)) return key;
  if (key->public_key) return RemovePair(*key);
  auto made = updated->repeated ? Finish(*key) : MakePair(*key);
  return made && !*made ? MakePair(*key) : made;
}

Result<KeyPtr> KeyOperations::Generate(const Mutation& mutation, const GenerateRequest& request) {
  const Birth birth{KeyId::Random(), parts_.token.Info().name,
                    [this] { return ProposeName(Now()); }};
  auto key = Settle(mutation, [&](const View& view) {
    return DecideGenerate(view, mutation.caller, request, birth, parts_.policy, Now());
  });
  const auto subject = SubjectFor(request.domain, request.sender, key, request.selector);
  return parts_.journal.Recorded("key.generate", mutation.caller, subject, std::move(key));
}

Result<KeyPtr> KeyOperations::Adopt(const Mutation& mutation, const AdoptRequest& request) {
  const auto adopt = [&]() -> Result<KeyPtr> {
    // Before the token is asked: who may not administer learns nothing about what it holds.
    const auto place = AdmitKey(*parts_.registry.Get(), mutation.caller, Verb::kAdminister,
                                {request.domain, request.sender});
    if (!place) return Forward(place);
    const auto found =
        parts_.token.FindKey(request.token_key_id, parts_.clock.Steady() + kTokenTime);
    if (!found) return Forward(found);
    auto key = Settle(mutation, [&](const View& view) {
      return DecideAdopt(view, mutation.caller, request, *found, parts_.token.Info().name, Now());
    });
    if (key) parts_.token.Expect((*key)->id, *(*key)->public_key);
    return key;
  };
  auto key = adopt();
  const auto subject = SubjectFor(request.domain, request.sender, key, request.selector);
  return parts_.journal.Recorded("key.adopt", mutation.caller, subject, std::move(key));
}

Outcome KeyOperations::CheckSigns(const Identity& caller, const KeyRequest& request) {
  const auto key = FindFor(*parts_.registry.Get(), caller, Verb::kRotate, request);
  if (!key) return Forward(key);
  if (!(*key)->public_key || (*key)->destroyed_at) return {};  // the decision says what is wrong
  const auto signature =
      parts_.token.Sign((*key)->id, RandomDigest(), parts_.clock.Steady() + kTokenTime);
  if (!signature) return Forward(signature);
  return {};
}

Result<KeyPtr> KeyOperations::Activate(const Mutation& mutation, const KeyRequest& request,
                                       const std::string& reason) {
  const auto activate = [&]() -> Result<KeyPtr> {
    if (const auto signs = CheckSigns(mutation.caller, request); !signs) return Forward(signs);
    return Settle(mutation, [&](const View& view) {
      return DecideActivate(view, mutation.caller, request, reason, parts_.policy, Now());
    });
  };
  return parts_.journal.Recorded("key.activate", mutation.caller, SubjectFor(request, reason),
                                 activate());
}

Result<KeyPtr> KeyOperations::Retire(const Mutation& mutation, const KeyRequest& request) {
  auto key = Settle(mutation, [&](const View& view) {
    return DecideRetire(view, mutation.caller, request, Now());
  });
  return parts_.journal.Recorded("key.retire", mutation.caller, SubjectFor(request),
                                 std::move(key));
}

Result<KeyPtr> KeyOperations::Revoke(const Mutation& mutation, const KeyRequest& request,
                                     bool compromised) {
  auto key = Settle(mutation, [&](const View& view) {
    return DecideRevoke(view, mutation.caller, request, compromised, parts_.policy, Now());
  });
  const auto subject = SubjectFor(request, compromised ? "compromised" : "");
  return parts_.journal.Recorded("key.revoke", mutation.caller, subject, std::move(key));
}

Result<KeyPtr> KeyOperations::Destroy(const Mutation& mutation, const KeyRequest& request) {
  auto key = Settle(mutation, [&](const View& view) {
    return DecideDestroy(view, mutation.caller, request, Now());
  });
  return parts_.journal.Recorded("key.destroy", mutation.caller, SubjectFor(request),
                                 std::move(key));
}

Result<KeyPtr> KeyOperations::Finish(const Key& key) {
  if (key.public_key) return RemovePair(key);
  const auto found = parts_.token.FindKey(key.id, parts_.clock.Steady() + kTokenTime);
  if (found) return StoreBirth(key, *found);
  if (found.error().code != Code::kNotFound) return Forward(found);
  return KeyPtr();
}

Result<KeyPtr> KeyOperations::MakePair(const Key& intent) {
  const auto made =
      parts_.token.GenerateKeyPair(SpecOf(intent), parts_.clock.Steady() + kGenerateTime);
  if (made) return StoreBirth(intent, *made);
  if (IsRefusal(made.error())) {
    if (const auto undone = UndoBirth(intent); !undone) return Forward(undone);
  }
  return Forward(made);
}

Result<KeyPtr> KeyOperations::StoreBirth(const Key& intent, const TokenKey& made) {
  Key born = intent;
  born.id = made.id;
  born.public_key = made.public_key;
  born.rsa_bits = made.rsa_bits;
  const auto updated = parts_.registry.Update(Now(), [&born](const View&) -> Result<Decision> {
    return Decision{{PutKey{born}}, SubjectOf(born)};
  });
  if (!updated) return Forward(updated);
  parts_.token.Expect(born.id, *born.public_key);
  return FindSubject(*updated->view, updated->subject);
}

Outcome KeyOperations::UndoBirth(const Key& intent) {
  const auto updated = parts_.registry.Update(Now(), [&](const View&) -> Result<Decision> {
    return Decision{{RemoveKey{{intent.domain, intent.selector}}}, {}};
  });
  if (!updated) return Forward(updated);
  return {};
}

Result<KeyPtr> KeyOperations::RemovePair(const Key& intent) {
  const auto removed =
      parts_.token.DestroyPermanently(intent.id, parts_.clock.Steady() + kTokenTime);
  if (!removed) return Forward(removed);
  Key gone = intent;
  gone.destroyed_at = Now();
  const auto updated = parts_.registry.Update(Now(), [&gone](const View&) -> Result<Decision> {
    return Decision{{PutKey{gone}}, SubjectOf(gone)};
  });
  if (!updated) return Forward(updated);
  return FindSubject(*updated->view, updated->subject);
}

Outcome KeyOperations::Quarantine(const Key& key) {
  const auto now = Now();
  const auto updated = parts_.registry.Update(now, [&](const View& view) -> Result<Decision> {
    const auto current = view.keyring.Find(key.domain, key.selector);
    if (!current || current->quarantined_at) return Decision{};
    Key quarantined = *current;
    quarantined.quarantined_at = now;
    return Decision{{PutKey{std::move(quarantined)}}, SubjectOf(key)};
  });
  if (!updated) return Forward(updated);
  return {};
}

}  // namespace dkimkeeper
