// Finding objects in a token (PKCS#11 2.40 §5.7, C_FindObjects).
#ifndef HSM_PKCS11_FIND_OBJECTS_H_
#define HSM_PKCS11_FIND_OBJECTS_H_

#include <cstddef>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hsm/pkcs11/attempt.h"
#include "hsm/pkcs11/attribute_template.h"
#include "hsm/pkcs11/session.h"
#include "hsm/token.h"

namespace dkimkeeper::pkcs11 {

// Every object that matches, at most `most`. Takes time linear in all objects of the token: never
// on the signing path. Enter the FindGate first.
[[nodiscard]] Attempt<std::vector<CK_OBJECT_HANDLE>> FindObjects(
    const Session& session, AttributeTemplate match,
    std::size_t most = std::numeric_limits<std::size_t>::max());

// Handles of the halves with one CKA_ID.
struct KeyHandles {
  std::vector<CK_OBJECT_HANDLE> private_halves;
  std::vector<CK_OBJECT_HANDLE> public_halves;
};

using HandleIndex = std::unordered_map<KeyId, KeyHandles>;

// All keys of the token in one pass. Keys whose CKA_ID is no KeyId are left out.
[[nodiscard]] Attempt<HandleIndex> IndexHandles(const Session& session);

// Those of one id, in two finds.
[[nodiscard]] Attempt<KeyHandles> FindHandles(const Session& session, const KeyId& id);

// The ids of the private keys with that CKA_LABEL, in order. Keys whose CKA_ID is no KeyId are left
// out.
[[nodiscard]] Attempt<std::vector<KeyId>> FindIds(const Session& session, std::string_view label);

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_FIND_OBJECTS_H_
