// Checks of single values. Each answers nothing where the value is right, else
// `what is wrong; what to write`.
#ifndef PROTO_BASE_CONFIG_CHECKS_H_
#define PROTO_BASE_CONFIG_CHECKS_H_

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

// Three or four octal digits that give others nothing: who reaches a socket has its identity.
[[nodiscard]] Complaint CheckSocketMode(const std::string& value);

// IP address and port (base/config/listen_address.h).
[[nodiscard]] Complaint CheckListenAddress(const std::string& value);

// One on loopback: metrics have no access control. Empty text switches them off.
[[nodiscard]] Complaint CheckMetricsAddress(const std::string& value);

}  // namespace dkimkeeper

#endif  // PROTO_BASE_CONFIG_CHECKS_H_
