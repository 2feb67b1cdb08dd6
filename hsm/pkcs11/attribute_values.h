// Attributes read from an object (PKCS#11 2.40 §5.7, C_GetAttributeValue).
#ifndef HSM_PKCS11_ATTRIBUTE_VALUES_H_
#define HSM_PKCS11_ATTRIBUTE_VALUES_H_

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hsm/pkcs11/attempt.h"
#include "hsm/pkcs11/session.h"

namespace dkimkeeper::pkcs11 {

// A value; an attribute that the object does not have, or does not show, is absent.
class AttributeValues {
 public:
  [[nodiscard]] static Attempt<AttributeValues> Read(const Session& session,
                                                     CK_OBJECT_HANDLE object,
                                                     std::span<const CK_ATTRIBUTE_TYPE> types);

  // The bytes as the token gave them; nothing when absent.
  [[nodiscard]] std::optional<std::string> Bytes(CK_ATTRIBUTE_TYPE type) const;
  // False when absent.
  [[nodiscard]] bool Flag(CK_ATTRIBUTE_TYPE type) const;
  // Nothing when absent or of another size than a CK_ULONG.
  [[nodiscard]] std::optional<CK_ULONG> Number(CK_ATTRIBUTE_TYPE type) const;

 private:
  std::vector<std::pair<CK_ATTRIBUTE_TYPE, std::string>> values_;
};

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_ATTRIBUTE_VALUES_H_
