// Looking at the token's keys.
#ifndef HSM_PKCS11_FIND_OPERATIONS_H_
#define HSM_PKCS11_FIND_OPERATIONS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hsm/pkcs11/key_directory.h"
#include "hsm/pkcs11/operation.h"

namespace dkimkeeper::pkcs11 {

class FindKeysOperation : public Operation {
 public:
  explicit FindKeysOperation(KeyDirectory& directory) : directory_(directory) {}

  [[nodiscard]] std::string Describe() const override { return "listing the token's keys"; }
  [[nodiscard]] Attempt<void> Try(Session& session, const Circumstances& now) override;

  // After success.
  [[nodiscard]] std::vector<TokenKey> TakeKeys() { return std::move(keys_); }

 private:
  KeyDirectory& directory_;
  std::vector<TokenKey> keys_;
};

class FindKeyOperation : public Operation {
 public:
  FindKeyOperation(KeyDirectory& directory, const KeyId& id) : directory_(directory), id_(id) {}

  [[nodiscard]] std::string Describe() const override { return "looking for key " + id_.ToHex(); }
  [[nodiscard]] Attempt<void> Try(Session& session, const Circumstances& now) override;
  void ForgetHandle() override { directory_.cache().ForgetHandle(id_); }

  // After success.
  [[nodiscard]] TokenKey TakeKey() { return std::move(*key_); }

 private:
  KeyDirectory& directory_;
  const KeyId& id_;
  std::optional<TokenKey> key_;
};

// The key with a label that is one key's alone (KeyDirectory::FindLabelled).
class FindLabelledOperation : public Operation {
 public:
  FindLabelledOperation(KeyDirectory& directory, const std::string& label)
      : directory_(directory), label_(label) {}

  [[nodiscard]] std::string Describe() const override { return "looking for key " + label_; }
  [[nodiscard]] Attempt<void> Try(Session& session, const Circumstances& now) override;

  // After success; nothing: there is no such key.
  [[nodiscard]] const std::optional<KeyId>& id() const { return id_; }

 private:
  KeyDirectory& directory_;
  const std::string& label_;
  std::optional<KeyId> id_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_FIND_OPERATIONS_H_
