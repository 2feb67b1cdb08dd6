// A new key pair, born in the token.
#ifndef HSM_PKCS11_GENERATE_OPERATION_H_
#define HSM_PKCS11_GENERATE_OPERATION_H_

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "hsm/pkcs11/key_directory.h"
#include "hsm/pkcs11/operation.h"

namespace dkimkeeper::pkcs11 {

// A second try continues the first by the key's CKA_ID: what the token generated although it
// answered with an error is used, and a public half without a private one is removed. Of private
// keys none is removed but one that this object generated: the spec comes from the daemon, whose
// destructions are counted (DestroyLedger), and a generation must be no way around that.
class GenerateOperation : public Operation {
 public:
  // `variant` is the template variant that this token takes: read first, and moved on to the one
  // that was taken.
  GenerateOperation(KeyDirectory& directory, const KeySpec& spec, std::atomic<std::size_t>& variant)
      : directory_(directory), spec_(spec), variant_(variant), tried_(spec.continues) {}

  [[nodiscard]] std::string Describe() const override;
  [[nodiscard]] Access access() const override { return Access::kReadWrite; }
  [[nodiscard]] Attempt<void> Try(Session& session, const Circumstances& now) override;

  // After success.
  [[nodiscard]] TokenKey TakeKey() { return std::move(*key_); }

 private:
  // True when the pair is there already, from a try before.
  [[nodiscard]] Attempt<bool> LookForEarlierTry(Session& session, const Circumstances& now);
  [[nodiscard]] Attempt<void> Generate(Session& session);
  [[nodiscard]] Attempt<void> ReadBack(Session& session, const Circumstances& now);
  [[nodiscard]] Attempt<void> RefuseFlawed(Session& session, const KeyHandles& key,
                                           std::string_view flaw);

  KeyDirectory& directory_;
  const KeySpec& spec_;
  std::atomic<std::size_t>& variant_;
  bool tried_;         // C_GenerateKeyPair was called, now or in another process
  bool ours_ = false;  // by this object, when the token held no such key
  std::optional<TokenKey> key_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_GENERATE_OPERATION_H_
