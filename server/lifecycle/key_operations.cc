#include "server/lifecycle/key_operations.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proto/reason.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/key_admission.h"
#include "server/lifecycle/key_outcomes.h"
#include "server/lifecycle/selector_name.h"

namespace dkimkeeper {
namespace {

// PKCS#11 modules take minutes for large RSA keys; a find or a signature never does.
constexpr std::chrono::seconds kGenerateTime{120};
constexpr std::chrono::seconds kTokenTime{10};

// The token said no, so that nothing was made; anything else leaves the act in doubt.
bool IsRefusal(const Error& error) {
  return error.code == Code::kInvalidArgument || error.code == Code::kFailedPrecondition ||
         error.code == Code::kResourceExhausted || error.code == Code::kAlreadyExists;
}

// KeyId::Random is this project's one source of random bytes beside TLS.
Sha256Digest RandomDigest() {
  std::array<std::uint8_t, Sha256Digest::kSize> bytes{};
  const std::string random = KeyId::Random().bytes() + KeyId::Random().bytes();
  std::ranges::copy(random, bytes.begin());
  return Sha256Digest(bytes);
}

std::string ProposeName(Timestamp now) {
  std::array<std::uint8_t, 5> random{};
  std::ranges::copy_n(KeyId::Random().bytes().begin(), random.size(), random.begin());
  return SelectorNameFor(now, random);
}

KeySpec SpecOf(const Key& intent) {
  return {.id = intent.id,
          .purpose = KeyPurpose::kDkim,
          .algorithm = intent.algorithm,
          .rsa_bits = intent.rsa_bits,
          .label = "dkim:" + intent.domain.str() + ":" + intent.selector.str()};
}

Subject SubjectFor(const KeyRequest& request, const Result<KeyPtr>& key, std::string detail = {}) {
  return {.domain = request.domain.str(),
          .sender = key ? (*key)->sender.str() : "",
          .selector = request.selector.str(),
          .detail = std::move(detail)};
}

Subject SubjectFor(const Domain& domain, const Sender& sender, const Result<KeyPtr>& key,
                   const std::string& selector) {
  return {.domain = domain.str(),
          .sender = sender.str(),
          .selector = key ? (*key)->selector.str() : selector,
          .detail = {}};
}

// The key that `updated` is about. A repeated call shows it only to who may still see it.
Result<KeyPtr> SubjectKey(const Updated& updated, const Identity& caller, Verb verb) {
  auto key = FindSubject(*updated.view, updated.subject);
  if (!key) {
    return Fail(Code::kAborted, reason::kChangedSinceRead,
                "that request was undone after a failure in the token; choose a new request_id");
  }
  const auto authorized =
      updated.view->rules.Authorize(caller, verb, Scope::Of(key->domain, key->sender));
  if (!authorized) return Forward(authorized);
  return key;
}

}  // namespace

// Commits the decision, or finds what the same request did before.
Result<KeyOperations::Begun> KeyOperations::Begin(const Mutation& mutation, Verb verb,
                                                  const Registry::Decide& decide) {
  const auto updated = parts_.registry.Update(mutation, Now(), decide);
  if (!updated) return Forward(updated);
  auto key = SubjectKey(*updated, mutation.caller, verb);
  if (!key) return Forward(key);
  return Begun{*std::move(key), updated->repeated};
}

Result<KeyPtr> KeyOperations::Commit(const Mutation& mutation, Verb verb,
                                     const Registry::Decide& decide) {
  auto begun = Begin(mutation, verb, decide);
  if (!begun) return Forward(begun);
  return std::move(begun->key);
}

// Null when the request is new.
Result<KeyPtr> KeyOperations::Repeated(const Mutation& mutation, Verb verb) {
  const auto repeated = parts_.registry.Repeated(mutation);
  if (!repeated) return Forward(repeated);
  if (!*repeated) return KeyPtr();
  return SubjectKey(**repeated, mutation.caller, verb);
}

Result<KeyPtr> KeyOperations::Generate(const Mutation& mutation, const GenerateRequest& request) {
  const Birth birth{KeyId::Random(), parts_.token.Info().name,
                    [this] { return ProposeName(Now()); }};
  const auto generate = [&]() -> Result<KeyPtr> {
    auto begun = Begin(mutation, Verb::kRotate, [&](const View& view) {
      return DecideGenerate(view, mutation.caller, request, birth, parts_.policy, Now());
    });
    if (!begun) return Forward(begun);
    if (begun->key->public_key) return std::move(begun->key);
    if (begun->repeated) {
      auto found = FindPair(*begun->key);
      if (!found || *found) return found;
    }
    return MakePair(*begun->key);
  };
  auto key = generate();
  const auto subject = SubjectFor(request.domain, request.sender, key, request.selector);
  return parts_.journal.Recorded("key.generate", mutation.caller, subject, std::move(key));
}

Result<KeyPtr> KeyOperations::Adopt(const Mutation& mutation, const AdoptRequest& request) {
  const auto adopt = [&]() -> Result<KeyPtr> {
    auto done = Repeated(mutation, Verb::kAdminister);
    if (!done || *done) return done;
    // Before the token is asked: who may not administer learns nothing about what it holds.
    const auto place = AdmitKey(*parts_.registry.Get(), mutation.caller, Verb::kAdminister,
                                {request.domain, request.sender});
    if (!place) return Forward(place);
    const auto found =
        parts_.token.FindKey(request.token_key_id, parts_.clock.Steady() + kTokenTime);
    if (!found) return Forward(found);
    auto key = Commit(mutation, Verb::kAdminister, [&](const View& view) {
      return DecideAdopt(view, mutation.caller, request, *found, parts_.token.Info().name, Now());
    });
    if (key) parts_.token.Expect((*key)->id, *(*key)->public_key);
    return key;
  };
  auto key = adopt();
  const auto subject = SubjectFor(request.domain, request.sender, key, request.selector);
  return parts_.journal.Recorded("key.adopt", mutation.caller, subject, std::move(key));
}

Result<KeyPtr> KeyOperations::Activate(const Mutation& mutation, const KeyRequest& request,
                                       const std::string& reason) {
  const Registry::Decide decide = [&](const View& view) {
    return DecideActivate(view, mutation.caller, request, reason, parts_.policy, Now());
  };
  const auto activate = [&]() -> Result<KeyPtr> {
    auto done = Repeated(mutation, Verb::kRotate);
    if (!done || *done) return done;
    // Before the token signs: it does so for a wish that will be granted only.
    const ViewPtr view = parts_.registry.Get();
    if (const auto granted = decide(*view); !granted) return Forward(granted);
    const auto key = view->keyring.Find(request.domain, request.selector);
    if (const auto signs = CheckSigns(*key); !signs) return Forward(signs);
    return Commit(mutation, Verb::kRotate, decide);
  };
  auto key = activate();
  const auto subject = SubjectFor(request, key, reason);
  return parts_.journal.Recorded("key.activate", mutation.caller, subject, std::move(key));
}

Result<KeyPtr> KeyOperations::Retire(const Mutation& mutation, const KeyRequest& request) {
  auto key = Commit(mutation, Verb::kRotate, [&](const View& view) {
    return DecideRetire(view, mutation.caller, request, Now());
  });
  const auto subject = SubjectFor(request, key);
  return parts_.journal.Recorded("key.retire", mutation.caller, subject, std::move(key));
}

Result<KeyPtr> KeyOperations::Revoke(const Mutation& mutation, const KeyRequest& request,
                                     bool compromised) {
  auto key = Commit(mutation, Verb::kRotate, [&](const View& view) {
    return DecideRevoke(view, mutation.caller, request, compromised, parts_.policy, Now());
  });
  const auto subject = SubjectFor(request, key, compromised ? "compromised" : "");
  return parts_.journal.Recorded("key.revoke", mutation.caller, subject, std::move(key));
}

Result<KeyPtr> KeyOperations::Destroy(const Mutation& mutation, const KeyRequest& request) {
  const auto destroy = [&]() -> Result<KeyPtr> {
    auto begun = Begin(mutation, Verb::kAdminister, [&](const View& view) {
      return DecideDestroy(view, mutation.caller, request, Now());
    });
    if (!begun) return Forward(begun);
    return begun->key->destroyed_at ? std::move(begun->key) : RemovePair(*begun->key);
  };
  auto key = destroy();
  const auto subject = SubjectFor(request, key);
  return parts_.journal.Recorded("key.destroy", mutation.caller, subject, std::move(key));
}

Result<KeyPtr> KeyOperations::Finish(const KeyPtr& key) {
  if (!InProgress(*key)) return key;
  if (key->public_key) return RemovePair(*key);
  auto found = FindPair(*key);
  if (!found && found.error().reason == reason::kKeyNotBornHere) return KeyPtr();
  if (!found || *found) return found;
  if (const auto undone = UndoBirth(*key); !undone) return Forward(undone);
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

// The pair that an interrupted call made. Null: the token never made it. One that is not as it must
// be is refused and its intent taken back.
Result<KeyPtr> KeyOperations::FindPair(const Key& intent) {
  const auto found = LookUp(intent.id);
  if (!found) return Forward(found);
  if (!*found) return KeyPtr();
  const auto fit = CheckBornHere(intent, **found);
  if (fit) return StoreBirth(intent, **found);
  if (const auto undone = UndoBirth(intent); !undone) return Forward(undone);
  return Forward(fit);
}

Result<KeyPtr> KeyOperations::StoreBirth(const Key& intent, const TokenKey& made) {
  const auto updated = parts_.registry.Update(
      Now(), [&](const View& view) { return RecordBirth(view, intent, made); });
  if (!updated) return Forward(updated);
  auto born = FindSubject(*updated->view, updated->subject);
  parts_.token.Expect(born->id, *born->public_key);
  return born;
}

Outcome KeyOperations::UndoBirth(const Key& intent) {
  const auto updated =
      parts_.registry.Update(Now(), [&](const View& view) { return RecordNoBirth(view, intent); });
  if (!updated) return Forward(updated);
  return {};
}

Result<KeyPtr> KeyOperations::RemovePair(const Key& key) {
  const auto found = LookUp(key.id);
  if (!found) return Forward(found);
  if (*found && (*found)->public_key != *key.public_key) {
    return Fail(Code::kFailedPrecondition, reason::kKeyChanged,
                "the token holds another key than " + NameOf(key) + " under id " + key.id.ToHex() +
                    ", which is left alone; remove it with the token's own tools, then repeat");
  }
  // Also when no private key was found: what is left of a removal that was cut short goes too.
  const auto removed = parts_.token.DestroyPermanently(key.id, parts_.clock.Steady() + kTokenTime);
  if (!removed) return Forward(removed);
  const auto updated = parts_.registry.Update(
      Now(), [&](const View& view) { return RecordRemoval(view, key, Now()); });
  if (!updated) return Forward(updated);
  return FindSubject(*updated->view, updated->subject);
}

Outcome KeyOperations::CheckSigns(const Key& key) {
  const auto signature =
      parts_.token.Sign(key.id, RandomDigest(), parts_.clock.Steady() + kTokenTime);
  if (!signature) return Forward(signature);
  return {};
}

// Nothing means gone: a token that finds no key is believed only when it signs with another one.
Result<std::optional<TokenKey>> KeyOperations::LookUp(const KeyId& id) {
  auto found = parts_.token.FindKey(id, parts_.clock.Steady() + kTokenTime);
  if (found) return std::optional<TokenKey>(*std::move(found));
  if (found.error().code != Code::kNotFound) return Forward(found);
  const auto healthy = parts_.token.CheckHealth(parts_.clock.Steady() + kTokenTime);
  if (!healthy) return Forward(healthy);
  return std::optional<TokenKey>();
}

Outcome KeyOperations::Quarantine(const Key& key) {
  const auto updated = parts_.registry.Update(
      Now(), [&](const View& view) { return RecordQuarantine(view, key, Now()); });
  if (!updated) return Forward(updated);
  return {};
}

}  // namespace dkimkeeper
