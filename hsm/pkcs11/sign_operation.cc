#include "hsm/pkcs11/sign_operation.h"

#include <array>
#include <span>

#include "hsm/pkcs11/digest_info.h"
#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

constexpr std::size_t kMaxSignature = 2048;  // RSA of 16384 bits

Attempt<std::string> CallSign(const Session& session, CK_OBJECT_HANDLE key, CK_MECHANISM_TYPE type,
                              std::span<const std::uint8_t> input) {
  CK_MECHANISM mechanism = {type, nullptr, 0};
  CK_RV rv = session.calls().C_SignInit(session.handle(), &mechanism, key);
  if (rv != CKR_OK) return TokenSaid(rv, "C_SignInit");
  std::array<unsigned char, kMaxSignature> signature;
  CK_ULONG size = signature.size();
  // PKCS#11 takes the input without const and does not write to it.
  rv = session.calls().C_Sign(session.handle(), const_cast<unsigned char*>(input.data()),
                              input.size(), signature.data(), &size);
  if (rv != CKR_OK) return TokenSaid(rv, "C_Sign");
  return std::string(signature.begin(), signature.begin() + size);
}

}  // namespace

std::string SignOperation::Describe() const { return "signing with key " + id_.ToHex(); }

Attempt<void> SignOperation::Try(Session& session, const Circumstances& now) {
  const auto key = directory_.Resolve(session, id_, now);
  if (!key) return PassOn(key);
  if (Attempt<void> purpose = CheckPurpose(**key); !purpose) return purpose;
  Attempt<std::string> signature = SignWith(session, **key);
  if (!signature) return PassOn(signature);
  if (!(*key)->verifier.Verify(digest_, message_, *signature)) {
    return JudgeBadSignature(session, **key, now);
  }
  signature_ = std::move(*signature);
  return {};
}

Attempt<void> SignOperation::CheckPurpose(const SigningKey& key) const {
  const bool audit = key.purpose == KeyPurpose::kAudit;
  if (audit == (subject_ == Subject::kNote)) return {};
  return Refuse(Code::kFailedPrecondition, reason::kWrongPurpose,
                audit ? "This is an audit key: it signs tree heads, never mail."
                      : "This is no audit key: it signs mail, never notes.");
}

Attempt<std::string> SignOperation::SignWith(const Session& session, const SigningKey& key) const {
  if (key.public_key.algorithm == Algorithm::kRsaSha256) {
    return CallSign(session, key.handle, CKM_RSA_PKCS, Sha256DigestInfo(digest_));
  }
  return CallSign(session, key.handle, CKM_EDDSA, message_);
}

// The handle may name another key since the token restarted: then the right one signs. Otherwise
// the token computed wrong, and may do better in another session; not worth a re-initialisation,
// which a single key that does not fit its public half would cause all the time.
Attempt<void> SignOperation::JudgeBadSignature(const Session& session, const SigningKey& used,
                                               const Circumstances& now) {
  Error bad{Code::kInternal, std::string(reason::kBadSignature),
            "A signature of the token's key " + id_.ToHex() +
                " does not verify with its public key and was not used: have the token examined."};
  ForgetHandle();
  const auto found = directory_.Resolve(session, id_, now);
  if (!found) return PassOn(found);
  if ((*found)->handle != used.handle) return AskFor(Recovery::kFindKeyAgain, std::move(bad));
  return tl::unexpected<Trouble>(Trouble{Recovery::kReplaceSession, std::move(bad), true});
}

}  // namespace dkimkeeper::pkcs11
