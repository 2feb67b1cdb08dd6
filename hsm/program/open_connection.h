// A logged-in connection for a command that works with the bare token.
#ifndef HSM_PROGRAM_OPEN_CONNECTION_H_
#define HSM_PROGRAM_OPEN_CONNECTION_H_

#include <memory>
#include <string>

#include "hsm/pkcs11/connection.h"
#include "hsm/pkcs11/open_pkcs11_token.h"
#include "hsm/program/command_line.h"

namespace dkimkeeper {

// PKCS#11 login state belongs to the process: one of these, or one token, at a time. Errors as
// OpenPkcs11Token.
[[nodiscard]] Result<std::unique_ptr<pkcs11::Connection>> OpenConnection(
    const TokenAddress& token, const std::string& pin_file, unsigned sessions);

[[nodiscard]] Pkcs11Options OptionsFor(const TokenAddress& token, const std::string& pin_file);

}  // namespace dkimkeeper

#endif  // HSM_PROGRAM_OPEN_CONNECTION_H_
