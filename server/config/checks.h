// Checks of single values. Each answers nothing where the value is right, else
// `what is wrong; what to write`.
#ifndef SERVER_CONFIG_CHECKS_H_
#define SERVER_CONFIG_CHECKS_H_

#include <optional>
#include <string>

namespace dkimkeeper {

using Complaint = std::optional<std::string>;
using Check = Complaint (*)(const std::string& value);

// Not empty, no control characters.
[[nodiscard]] Complaint CheckText(const std::string& value);

// An absolute path.
[[nodiscard]] Complaint CheckPath(const std::string& value);

// An absolute path that fits into sun_path: at most 107 bytes (unix(7)).
[[nodiscard]] Complaint CheckSocketPath(const std::string& value);

// `uri:…`, `dns:…` or `unix:…`; the exact syntax is server/access/identity.h's.
[[nodiscard]] Complaint CheckIdentity(const std::string& value);

// `unix:NAME`.
[[nodiscard]] Complaint CheckSocketIdentity(const std::string& value);

// Three or four octal digits that give others nothing: who reaches a socket has its identity.
[[nodiscard]] Complaint CheckSocketMode(const std::string& value);

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

// The name of a system call as in syscalls(2); whether the kernel knows it, the worker says.
[[nodiscard]] Complaint CheckSystemCall(const std::string& value);

}  // namespace dkimkeeper

#endif  // SERVER_CONFIG_CHECKS_H_
