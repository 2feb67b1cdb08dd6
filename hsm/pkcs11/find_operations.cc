#include "hsm/pkcs11/find_operations.h"

namespace dkimkeeper::pkcs11 {

Attempt<void> FindKeysOperation::Try(Session& session, const Circumstances& now) {
  Attempt<std::vector<TokenKey>> keys = directory_.FindAll(session, now);
  if (!keys) return PassOn(keys);
  keys_ = std::move(*keys);
  return {};
}

Attempt<void> FindKeyOperation::Try(Session& session, const Circumstances& now) {
  Attempt<TokenKey> key = directory_.Find(session, id_, now);
  if (!key) return PassOn(key);
  key_ = std::move(*key);
  return {};
}

Attempt<void> FindLabelledOperation::Try(Session& session, const Circumstances& now) {
  Attempt<std::optional<KeyId>> id = directory_.FindLabelled(session, label_, now);
  if (!id) return PassOn(id);
  id_ = std::move(*id);
  return {};
}

}  // namespace dkimkeeper::pkcs11
