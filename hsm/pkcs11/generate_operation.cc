#include "hsm/pkcs11/generate_operation.h"

#include "hsm/pkcs11/destroy_operation.h"
#include "hsm/pkcs11/key_reader.h"
#include "hsm/pkcs11/key_templates.h"
#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

// Nothing when the key is what was asked for, else what is wrong with it.
std::string_view Flaw(const KeyAttributes& attributes) {
  if (!attributes.local) return "was not generated in the token";
  if (!attributes.sensitive || !attributes.always_sensitive) return "is not sensitive";
  if (attributes.extractable || !attributes.never_extractable) return "can be extracted";
  if (attributes.may_decrypt) return "can do more than sign";
  return "";
}

}  // namespace

std::string GenerateOperation::Describe() const {
  return "generating key " + spec_.id.ToHex() + " (" + spec_.label + ")";
}

Attempt<void> GenerateOperation::Try(Session& session, const Circumstances& now) {
  const Attempt<FindGate::Hold> hold =
      directory_.gate().Enter(FindGate::Mode::kChange, now.deadline);
  if (!hold) return PassOn(hold);
  const Attempt<bool> there = LookForEarlierTry(session, now);
  if (!there) return PassOn(there);
  if (!*there) {
    if (Attempt<void> generated = Generate(session); !generated) return generated;
  }
  return ReadBack(session, now);
}

Attempt<bool> GenerateOperation::LookForEarlierTry(Session& session, const Circumstances& now) {
  const Attempt<KeyHandles> handles = directory_.FindHandlesOf(session, spec_.id, now);
  if (!handles) return PassOn(handles);
  const bool there = !handles->private_halves.empty();
  if (there && !tried_) {
    return Refuse(Code::kAlreadyExists, reason::kKeyExists,
                  "The token already holds a key " + spec_.id.ToHex() + ": choose another id.");
  }
  if (!there && tried_) {
    if (Attempt<void> removed = RemoveObjects(session, handles->public_halves); !removed) {
      return PassOn(removed);
    }
  }
  return there;
}

Attempt<void> GenerateOperation::Generate(Session& session) {
  CK_RV rv = CKR_TEMPLATE_INCONSISTENT;
  for (std::size_t variant = variant_; variant < TemplateVariants(spec_.algorithm); ++variant) {
    KeyPairTemplate pair = BuildKeyPair(spec_, variant);
    CK_MECHANISM mechanism = {pair.mechanism, nullptr, 0};
    CK_OBJECT_HANDLE public_half = CK_INVALID_HANDLE;
    CK_OBJECT_HANDLE private_half = CK_INVALID_HANDLE;
    tried_ = ours_ = true;
    rv = session.calls().C_GenerateKeyPair(
        session.handle(), &mechanism, pair.public_half.attributes().data(),
        pair.public_half.attributes().size(), pair.private_half.attributes().data(),
        pair.private_half.attributes().size(), &public_half, &private_half);
    if (rv == CKR_OK) {
      variant_ = variant;
      return {};
    }
    if (!IsAboutTemplate(rv)) break;
  }
  return TokenSaid(rv, "C_GenerateKeyPair", Phase::kGenerating);
}

Attempt<void> GenerateOperation::ReadBack(Session& session, const Circumstances& now) {
  const Attempt<KeyHandles> handles = directory_.FindHandlesOf(session, spec_.id, now);
  if (!handles) return PassOn(handles);
  if (handles->private_halves.size() != 1) {
    return Refuse(Code::kInternal, reason::kInternal,
                  "The token generated key " + spec_.id.ToHex() +
                      " and does not show it under that id: it is of no use here.");
  }
  Attempt<TokenKey> key = ReadKey(session, directory_.library(), handles->private_halves.front(),
                                  handles->public_halves);
  if (!key) return PassOn(key);
  if (const std::string_view flaw = Flaw(key->attributes); !flaw.empty()) {
    return RefuseFlawed(session, *handles, flaw);
  }
  directory_.cache().Expect(key->id, key->public_key);
  key_ = std::move(*key);
  return {};
}

Attempt<void> GenerateOperation::RefuseFlawed(Session& session, const KeyHandles& key,
                                              std::string_view flaw) {
  if (!ours_) {
    return Refuse(Code::kFailedPrecondition, reason::kKeyNotBornHere,
                  "The token holds a key " + spec_.id.ToHex() + " that " + std::string(flaw) +
                      "; it is not used, and stays. Choose another id.");
  }
  Attempt<void> removed = RemoveObjects(session, key.private_halves);
  if (removed) removed = RemoveObjects(session, key.public_halves);
  if (!removed) return removed;
  return Refuse(Code::kFailedPrecondition, reason::kKeyNotBornHere,
                "The token generated a key that " + std::string(flaw) +
                    "; it was removed. Correct the token's policy.");
}

}  // namespace dkimkeeper::pkcs11
