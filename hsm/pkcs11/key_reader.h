// Everything the token says of one private key.
#ifndef HSM_PKCS11_KEY_READER_H_
#define HSM_PKCS11_KEY_READER_H_

#include <span>

#include "hsm/pkcs11/attempt.h"
#include "hsm/pkcs11/crypto_library.h"
#include "hsm/pkcs11/session.h"
#include "hsm/token.h"

namespace dkimkeeper::pkcs11 {

// `public_halves` are the public key objects with the same CKA_ID; they are asked only where the
// private key itself does not show its public half. FAILED_PRECONDITION/TOKEN_REFUSED for a key of
// another type, without a usable CKA_ID, or without a public half that can be read.
[[nodiscard]] Attempt<TokenKey> ReadKey(const Session& session, const CryptoLibrary& library,
                                        CK_OBJECT_HANDLE private_half,
                                        std::span<const CK_OBJECT_HANDLE> public_halves);

}  // namespace dkimkeeper::pkcs11

#endif  // HSM_PKCS11_KEY_READER_H_
