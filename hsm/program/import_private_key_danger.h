// DANGER: the one place of this project where private key bytes are handled.
//
// A migration brings a key that another signer used. It is as good as the hands that it went
// through: the registry marks it imported, and a rotation replaces it.
#ifndef HSM_PROGRAM_IMPORT_PRIVATE_KEY_DANGER_H_
#define HSM_PROGRAM_IMPORT_PRIVATE_KEY_DANGER_H_

#include <filesystem>
#include <string>

#include "hsm/pkcs11/crypto_library.h"
#include "hsm/pkcs11/session.h"
#include "hsm/token.h"

namespace dkimkeeper {

struct KeyImport {
  std::filesystem::path file;  // PEM, PKCS#8 or traditional, not encrypted
  KeyId id;
  std::string label;
};

// Makes both halves in the token (C_CreateObject, PKCS#11 2.40 §5.7): sensitive, not extractable,
// for signing only. Returns the public key. `session` is read-write and logged in. The key's bytes
// are in locked or wiped memory only, and gone when this returns.
//
// INVALID_ARGUMENT/BAD_OPTION for a file that is no such key; FAILED_PRECONDITION/KEY_TOO_SMALL
// below 2048 bits; ALREADY_EXISTS/KEY_EXISTS for an id that the token has; else what the token
// says.
[[nodiscard]] Result<PublicKey> ImportPrivateKeyDanger(const pkcs11::Session& session,
                                                       const pkcs11::CryptoLibrary& library,
                                                       const KeyImport& import);

}  // namespace dkimkeeper

#endif  // HSM_PROGRAM_IMPORT_PRIVATE_KEY_DANGER_H_
