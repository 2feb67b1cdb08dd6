#include "hsm/pkcs11/key_directory.h"

#include <utility>

#include "hsm/pkcs11/key_reader.h"
#include "hsm/pkcs11/key_templates.h"
#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

constexpr unsigned kMinRsaBits = 2048;

tl::unexpected<Trouble> Unknown(const KeyId& id) {
  return Refuse(Code::kNotFound, reason::kTokenKeyUnknown,
                "The token holds no private key " + id.ToHex() +
                    ": it was destroyed, or it lives in another token.");
}

tl::unexpected<Trouble> Ambiguous(const KeyId& id) {
  return Refuse(
      Code::kFailedPrecondition, reason::kTokenRefused,
      "The token holds two private keys " + id.ToHex() + ": give one of them another CKA_ID.");
}

Outcome CheckSize(const TokenKey& key) {
  if (key.public_key.algorithm != Algorithm::kRsaSha256 || key.rsa_bits >= kMinRsaBits) return {};
  return Fail(Code::kFailedPrecondition, reason::kKeyTooSmall,
              "The token's key " + key.id.ToHex() + " has " + std::to_string(key.rsa_bits) +
                  " bits; nothing is signed with less than " + std::to_string(kMinRsaBits) + ".");
}

// The key may be read by another thread's removal at the same time.
bool IsAboutThisKey(const Trouble& trouble) {
  return trouble.recovery == Recovery::kFail || trouble.recovery == Recovery::kFindKeyAgain;
}

// It is there, and nothing can be signed with it; or it went a moment ago.
bool IsUnfit(const Trouble& trouble) {
  return trouble.recovery == Recovery::kFail &&
         (trouble.error.code == Code::kFailedPrecondition || trouble.error.code == Code::kNotFound);
}

}  // namespace

Attempt<std::shared_ptr<const SigningKey>> KeyDirectory::Resolve(const Session& session,
                                                                 const KeyId& id,
                                                                 const Circumstances& now) {
  if (auto known = cache_.Lookup(id, now.epoch)) return known;
  Attempt<Found> found = FindOne(session, id, now);
  if (!found) return PassOn(found);
  if (Outcome size = CheckSize(found->key); !size) return Refuse(size.error());
  std::optional<SignatureVerifier> verifier =
      SignatureVerifier::For(library_, found->key.public_key);
  if (!verifier) {
    return Refuse(Code::kFailedPrecondition, reason::kTokenRefused,
                  "The public half of key " + id.ToHex() + " is no key.");
  }
  auto key = std::make_shared<const SigningKey>(
      SigningKey{id, found->handle, now.epoch, found->key.purpose, found->key.public_key,
                 std::move(*verifier)});
  if (!cache_.Store(key)) {
    return Refuse(Code::kFailedPrecondition, reason::kKeyChanged,
                  "The token holds another key pair under id " + id.ToHex() +
                      " than before: find out who replaced it; nothing is signed with it.");
  }
  return key;
}

Attempt<TokenKey> KeyDirectory::Find(const Session& session, const KeyId& id,
                                     const Circumstances& now) {
  Attempt<Found> found = FindOne(session, id, now);
  if (!found) return PassOn(found);
  return std::move(found->key);
}

Attempt<KeyDirectory::Found> KeyDirectory::FindOne(const Session& session, const KeyId& id,
                                                   const Circumstances& now) {
  const Attempt<FindGate::Hold> hold = gate_.Enter(FindGate::Mode::kFind, now.deadline);
  if (!hold) return PassOn(hold);
  const Attempt<KeyHandles> handles = Locate(session, id, now);
  if (!handles) return PassOn(handles);
  if (handles->private_halves.empty()) return Unknown(id);
  if (handles->private_halves.size() > 1) return Ambiguous(id);
  const CK_OBJECT_HANDLE handle = handles->private_halves.front();
  Attempt<TokenKey> key = ReadKey(session, library_, handle, handles->public_halves);
  if (!key) return PassOn(key);
  return Found{handle, std::move(*key)};
}

Attempt<KeyHandles> KeyDirectory::Locate(const Session& session, const KeyId& id,
                                         const Circumstances& now) {
  if (cache_.WorthIndexing(now.epoch) && !indexing_.test_and_set()) {
    Attempt<HandleIndex> index = IndexHandles(session);
    indexing_.clear();
    if (!index) return PassOn(index);
    cache_.SetIndex(std::move(*index), now.epoch);
  }
  const std::optional<KeyHandles> handles = cache_.Indexed(id, now.epoch);
  // One that shows the public half alone may have been made while private keys were out of sight.
  if (handles && !handles->private_halves.empty()) return *handles;
  return FindHandlesOf(session, id, now);
}

Attempt<KeyHandles> KeyDirectory::FindHandlesOf(const Session& session, const KeyId& id,
                                                const Circumstances& now) const {
  Attempt<KeyHandles> handles = FindHandles(session, id);
  if (!handles || !handles->private_halves.empty()) return handles;
  if (Attempt<void> absent = BelieveAbsence(session, now); !absent) return PassOn(absent);
  // Again: another thread may have logged in since, and until then the key was out of sight.
  return FindHandles(session, id);
}

Attempt<void> KeyDirectory::BelieveAbsence(const Session& session, const Circumstances& now) const {
  if (Attempt<void> login = session.RequireLogin(); !login) return login;
  if (now.reinitialised || cache_.empty()) return {};
  const auto anything = FindObjects(session, AttributeTemplate(), 1);
  if (!anything) return PassOn(anything);
  if (!anything->empty()) return {};
  return AskFor(Recovery::kReinitialise,
                {Code::kUnavailable, std::string(reason::kTokenAway),
                 "The token shows no object at all, though it held keys: it was away, or somebody "
                 "emptied it."});
}

Attempt<std::optional<KeyId>> KeyDirectory::FindLabelled(const Session& session,
                                                         std::string_view label,
                                                         const Circumstances& now) {
  const Attempt<std::vector<KeyId>> ids = IdsOf(session, label, now);
  if (!ids) return PassOn(ids);
  for (const KeyId& id : *ids) {
    const auto key = Resolve(session, id, now);
    if (key) return id;
    if (!IsUnfit(key.error())) return PassOn(key);
  }
  return std::nullopt;
}

Attempt<std::vector<KeyId>> KeyDirectory::IdsOf(const Session& session, std::string_view label,
                                                const Circumstances& now) {
  const Attempt<FindGate::Hold> hold = gate_.Enter(FindGate::Mode::kFind, now.deadline);
  if (!hold) return PassOn(hold);
  if (!cache_.HasIndex(now.epoch)) {
    Attempt<HandleIndex> index = IndexHandles(session);
    if (!index) return PassOn(index);
    cache_.SetIndex(std::move(*index), now.epoch);
  }
  Attempt<std::vector<KeyId>> ids = FindIds(session, label);
  if (!ids || !ids->empty()) return ids;
  if (Attempt<void> absent = BelieveAbsence(session, now); !absent) return PassOn(absent);
  return FindIds(session, label);  // as in FindHandlesOf
}

Attempt<std::vector<TokenKey>> KeyDirectory::FindAll(const Session& session,
                                                     const Circumstances& now) {
  const Attempt<FindGate::Hold> hold = gate_.Enter(FindGate::Mode::kFind, now.deadline);
  if (!hold) return PassOn(hold);
  Attempt<HandleIndex> index = IndexHandles(session);
  if (!index) return PassOn(index);
  std::vector<TokenKey> keys;
  bool all_read = true;
  for (const auto& [id, handles] : *index) {
    for (const CK_OBJECT_HANDLE handle : handles.private_halves) {
      Attempt<TokenKey> key = ReadKey(session, library_, handle, handles.public_halves);
      if (key) {
        keys.push_back(std::move(*key));
      } else if (IsAboutThisKey(key.error())) {
        all_read = false;
      } else {
        return PassOn(key);
      }
    }
  }
  if (keys.empty()) {
    if (Attempt<void> absent = BelieveAbsence(session, now); !absent) return PassOn(absent);
  } else if (!all_read) {
    if (Attempt<void> login = session.RequireLogin(); !login) return PassOn(login);
  }
  cache_.SetIndex(std::move(*index), now.epoch);
  return keys;
}

}  // namespace dkimkeeper::pkcs11
