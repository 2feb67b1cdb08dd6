// The way in: a Token behind a PKCS#11 2.40 module.
#ifndef HSM_PKCS11_OPEN_PKCS11_TOKEN_H_
#define HSM_PKCS11_OPEN_PKCS11_TOKEN_H_

#include <memory>

#include "hsm/pkcs11/pkcs11_options.h"
#include "hsm/token.h"

namespace dkimkeeper {

// Loads the module and logs in. One attempt with the PIN. Blocks for at most start_up_time, plus
// what the module takes. PKCS#11 login state belongs to the process: open one token of a module in
// a process.
//
// INVALID_ARGUMENT/BAD_OPTION; FAILED_PRECONDITION/MODULE_MISSING, /TOKEN_NOT_FOUND,
// /TOKEN_AMBIGUOUS, /PIN_REFUSED; UNAVAILABLE/TOKEN_AWAY. Each says what to do.
[[nodiscard]] Result<std::unique_ptr<Token>> OpenPkcs11Token(const Pkcs11Options& options);

}  // namespace dkimkeeper

#endif  // HSM_PKCS11_OPEN_PKCS11_TOKEN_H_
