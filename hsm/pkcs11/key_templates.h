// What a key pair of ours looks like to the token, and how it is found again.
#ifndef HSM_PKCS11_KEY_TEMPLATES_H_
#define HSM_PKCS11_KEY_TEMPLATES_H_

#include <cstddef>
#include <string_view>

#include "hsm/pkcs11/attribute_template.h"
#include "hsm/pkcs11/cryptoki.h"
#include "hsm/token.h"

namespace dkimkeeper::pkcs11 {

// To be found by class and CKA_ID, or CKA_LABEL.
[[nodiscard]] AttributeTemplate MatchClass(CK_OBJECT_CLASS object_class);
[[nodiscard]] AttributeTemplate MatchKey(CK_OBJECT_CLASS object_class, const KeyId& id);
[[nodiscard]] AttributeTemplate MatchLabel(CK_OBJECT_CLASS object_class, std::string_view label);

struct KeyPairTemplate {
  CK_MECHANISM_TYPE mechanism;
  AttributeTemplate public_half;
  AttributeTemplate private_half;
};

// Modules differ in the attributes they take. Variant 0 asks for everything; each further one gives
// up something that the read-back does not need: first CKA_ALLOWED_MECHANISMS, then CKA_MODIFIABLE
// false; for Ed25519 then the same with the curve by name instead of by OID.
[[nodiscard]] std::size_t TemplateVariants(Algorithm algorithm);
[[nodiscard]] KeyPairTemplate BuildKeyPair(const KeySpec& spec, std::size_t variant);

// The refusals after which the next variant is worth a try.
[[nodiscard]] bool IsAboutTemplate(CK_RV rv);

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_KEY_TEMPLATES_H_
