// A signature: C_SignInit, C_Sign, verify.
#ifndef HSM_PKCS11_SIGN_OPERATION_H_
#define HSM_PKCS11_SIGN_OPERATION_H_

#include <span>
#include <string>

#include "hsm/pkcs11/key_directory.h"
#include "hsm/pkcs11/operation.h"
#include "proto/dkim/sha256_digest.h"

namespace dkimkeeper::pkcs11 {

class SignOperation : public Operation {
 public:
  // What is signed decides which purposes a key may have.
  enum class Subject : std::uint8_t { kMail, kNote };

  // RSA signs `digest`, Ed25519 `message`: with mail they are the same (RFC 8463 §3), with a note
  // the digest is that of the message. All must outlive this.
  SignOperation(KeyDirectory& directory, const KeyId& id, const Sha256Digest& digest,
                std::span<const std::uint8_t> message, Subject subject)
      : directory_(directory), id_(id), digest_(digest), message_(message), subject_(subject) {}

  [[nodiscard]] std::string Describe() const override;
  [[nodiscard]] Attempt<void> Try(Session& session, const Circumstances& now) override;
  void ForgetHandle() override { directory_.cache().ForgetHandle(id_); }

  // After success.
  [[nodiscard]] std::string TakeSignature() { return std::move(signature_); }

 private:
  [[nodiscard]] Attempt<void> CheckPurpose(const SigningKey& key) const;
  [[nodiscard]] Attempt<std::string> SignWith(const Session& session, const SigningKey& key) const;
  [[nodiscard]] Attempt<void> JudgeBadSignature(const Session& session, const SigningKey& used,
                                                const Circumstances& now);

  KeyDirectory& directory_;
  const KeyId& id_;
  const Sha256Digest& digest_;
  const std::span<const std::uint8_t> message_;
  const Subject subject_;
  std::string signature_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_SIGN_OPERATION_H_
