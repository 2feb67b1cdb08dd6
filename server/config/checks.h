// Checks of single values that only the daemon has (proto/base/config/checks.h).
#ifndef SERVER_CONFIG_CHECKS_H_
#define SERVER_CONFIG_CHECKS_H_

#include <string>

#include "proto/base/config/checks.h"

namespace dkimkeeper {

// `uri:…`, `dns:…` or `unix:…`; the exact syntax is server/access/identity.h's.
[[nodiscard]] Complaint CheckIdentity(const std::string& value);

// `unix:NAME`.
[[nodiscard]] Complaint CheckSocketIdentity(const std::string& value);

// A name of ours: 1 to 32 lower-case letters, digits and hyphens.
[[nodiscard]] Complaint CheckName(const std::string& value);

// The name of a file, not a path (systemd.exec(5), LoadCredential=).
[[nodiscard]] Complaint CheckCredentialName(const std::string& value);

// `NAME=VALUE`: a variable of the environment, with a name that a shell would take, and not one by
// which the dynamic linker loads other code (ld.so(8): LD_…).
[[nodiscard]] Complaint CheckVariable(const std::string& value);

// How libpq is to connect, keyword=value; without a password, which would stand in the open.
[[nodiscard]] Complaint CheckConnection(const std::string& value);

// `strict`, `network` or `off`.
[[nodiscard]] Complaint CheckSandbox(const std::string& value);

// What a checkpoint may be called in its first line and its signature line (C2SP signed-note): 1 to
// 200 printable ASCII characters without spaces and `+`.
[[nodiscard]] Complaint CheckOrigin(const std::string& value);

// The name of a system call as in syscalls(2); whether the kernel knows it, the worker says.
[[nodiscard]] Complaint CheckSystemCall(const std::string& value);

}  // namespace dkimkeeper

#endif  // SERVER_CONFIG_CHECKS_H_
