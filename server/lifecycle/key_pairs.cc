#include "server/lifecycle/key_pairs.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proto/reason.h"
#include "server/lifecycle/key_admission.h"
#include "server/lifecycle/key_label.h"
#include "server/lifecycle/key_outcomes.h"

namespace dkimkeeper {
namespace {

// PKCS#11 modules take minutes for large RSA keys; a find or a signature never does.
constexpr std::chrono::seconds kGenerateTime{120};
// It outlasts a token that is away for some seconds.
constexpr std::chrono::seconds kTokenTime{30};

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

KeySpec SpecOf(const Key& intent, KeyPairs::Start start) {
  return {.id = intent.id,
          .purpose = KeyPurpose::kDkim,
          .algorithm = intent.algorithm,
          .rsa_bits = intent.rsa_bits,
          .label = KeyLabel(intent.domain, intent.selector),
          .continues = start == KeyPairs::Start::kAgain};
}

}  // namespace

Result<Token*> KeyPairs::TokenOf(const Key& key) {
  const auto served = parts_.tokens.Find(key.token);
  if (!served) return Forward(served);
  if (const auto answers = (*served)->health.CheckAnswers(); !answers) return Forward(answers);
  return &(*served)->token;
}

Result<KeyPtr> KeyPairs::Make(const Key& intent, Start start) {
  const auto token = TokenOf(intent);
  if (!token) {
    // Nobody was asked: nothing is in doubt, unless an earlier call left something.
    const auto undone = start == Start::kAfresh ? Undo(intent) : Outcome();
    return undone ? Forward(token) : Forward(undone);
  }
  const auto made =
      (*token)->GenerateKeyPair(SpecOf(intent, start), parts_.clock.Steady() + kGenerateTime);
  if (made) return StoreBirth(intent, *made);
  if (IsRefusal(made.error())) {
    if (const auto undone = Undo(intent); !undone) return Forward(undone);
  }
  return Forward(made);
}

Result<KeyPtr> KeyPairs::FindMade(const Key& intent) {
  const auto token = TokenOf(intent);
  if (!token) return Forward(token);
  const auto found = LookUp(**token, intent.id);
  if (!found) return Forward(found);
  if (!*found) {
    // The token may have been stopped between the two halves.
    const auto clean = (*token)->RemoveRemains(intent.id, parts_.clock.Steady() + kTokenTime);
    if (!clean) return Forward(clean);
    return KeyPtr();
  }
  const auto fit = CheckBornHere(intent, **found);
  if (fit) return StoreBirth(intent, **found);
  if (const auto undone = Undo(intent); !undone) return Forward(undone);
  return Forward(fit);
}

Result<KeyPtr> KeyPairs::StoreBirth(const Key& intent, const TokenKey& made) {
  const auto updated = parts_.registry.Update(
      Now(), [&](const View& view) { return RecordBirth(view, intent, made); });
  if (!updated) return Forward(updated);
  auto born = FindSubject(*updated->view, updated->subject);
  Expect(*born);
  return born;
}

Outcome KeyPairs::Undo(const Key& intent) {
  const auto updated =
      parts_.registry.Update(Now(), [&](const View& view) { return RecordNoBirth(view, intent); });
  if (!updated) return Forward(updated);
  return {};
}

Result<KeyPtr> KeyPairs::Remove(const Key& key) {
  const auto token = TokenOf(key);
  if (!token) return Forward(token);
  const auto found = LookUp(**token, key.id);
  if (!found) return Forward(found);
  if (*found && (*found)->public_key != *key.public_key) {
    return Fail(Code::kFailedPrecondition, reason::kKeyChanged,
                "the token holds another key than " + NameOf(key) + " under id " + key.id.ToHex() +
                    ", which is left alone; remove it with the token's own tools, then repeat");
  }
  // Also when no private key was found: what is left of a removal that was cut short goes too.
  const auto removed = (*token)->DestroyPermanently(key.id, parts_.clock.Steady() + kTokenTime);
  if (!removed) return Forward(removed);
  const auto updated = parts_.registry.Update(
      Now(), [&](const View& view) { return RecordRemoval(view, key, Now()); });
  if (!updated) return Forward(updated);
  return FindSubject(*updated->view, updated->subject);
}

Outcome KeyPairs::CheckSigns(const Key& key) {
  const auto sample = SignSample(key);
  if (!sample) return Forward(sample);
  return {};
}

Result<SignedSample> KeyPairs::SignSample(const Key& key) {
  const auto token = TokenOf(key);
  if (!token) return Forward(token);
  const Sha256Digest digest = RandomDigest();
  auto signature = (*token)->Sign(key.id, digest, parts_.clock.Steady() + kTokenTime);
  if (!signature) return Forward(signature);
  return SignedSample{digest, *std::move(signature)};
}

Result<TokenKey> KeyPairs::Find(const std::string& token, const KeyId& id) {
  const auto served = parts_.tokens.Find(token);
  if (!served) return Forward(served);
  if (const auto answers = (*served)->health.CheckAnswers(); !answers) return Forward(answers);
  return (*served)->token.FindKey(id, parts_.clock.Steady() + kTokenTime);
}

void KeyPairs::Expect(const Key& key) {
  if (const auto served = parts_.tokens.Find(key.token)) {
    (*served)->token.Expect(key.id, *key.public_key);
  }
}

// Nothing means gone: a token that finds no key is believed only when it signs with another one.
Result<std::optional<TokenKey>> KeyPairs::LookUp(Token& token, const KeyId& id) {
  auto found = token.FindKey(id, parts_.clock.Steady() + kTokenTime);
  if (found) return std::optional<TokenKey>(*std::move(found));
  if (found.error().code != Code::kNotFound) return Forward(found);
  const auto healthy = token.CheckHealth(parts_.clock.Steady() + kTokenTime);
  if (!healthy) return Forward(healthy);
  return std::optional<TokenKey>();
}

}  // namespace dkimkeeper
