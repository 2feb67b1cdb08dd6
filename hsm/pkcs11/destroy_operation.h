// Removes a key pair for ever.
#ifndef HSM_PKCS11_DESTROY_OPERATION_H_
#define HSM_PKCS11_DESTROY_OPERATION_H_

#include <span>
#include <string>

#include "hsm/pkcs11/key_directory.h"
#include "hsm/pkcs11/operation.h"

namespace dkimkeeper::pkcs11 {

// C_DestroyObject for each, in a read-write session, inside the gate. A handle that is not valid
// is trouble: the object may be gone, or the login.
[[nodiscard]] Attempt<void> RemoveObjects(const Session& session,
                                          std::span<const CK_OBJECT_HANDLE> objects);

// Private half first: a key that can sign must not outlive an interrupted removal.
class DestroyOperation : public Operation {
 public:
  DestroyOperation(KeyDirectory& directory, const KeyId& id) : directory_(directory), id_(id) {}

  [[nodiscard]] std::string Describe() const override { return "destroying key " + id_.ToHex(); }
  [[nodiscard]] Access access() const override { return Access::kReadWrite; }
  [[nodiscard]] Attempt<void> Try(Session& session, const Circumstances& now) override;

 private:
  KeyDirectory& directory_;
  const KeyId& id_;
};

// Removes public halves that have no private one: a generation was cut short.
class RemainsOperation : public Operation {
 public:
  RemainsOperation(KeyDirectory& directory, const KeyId& id) : directory_(directory), id_(id) {}

  [[nodiscard]] std::string Describe() const override {
    return "removing what is left of key " + id_.ToHex();
  }
  [[nodiscard]] Access access() const override { return Access::kReadWrite; }
  [[nodiscard]] Attempt<void> Try(Session& session, const Circumstances& now) override;

 private:
  KeyDirectory& directory_;
  const KeyId& id_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_DESTROY_OPERATION_H_
