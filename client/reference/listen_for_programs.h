// The file of the socket that local programs ask at.
#ifndef CLIENT_REFERENCE_LISTEN_FOR_PROGRAMS_H_
#define CLIENT_REFERENCE_LISTEN_FOR_PROGRAMS_H_

#include <sys/types.h>

#include <optional>
#include <string>

#include "proto/descriptor.h"
#include "proto/result.h"

namespace dkimkeeper {

// A socket at `path` that listens; it has its group and its mode before anybody can connect.
// Without a `group` it is that of the process. A socket that nobody listens on is replaced.
// FAILED_PRECONDITION/BAD_CONFIG where something else is there, an agent that lives included, and
// where the system refuses.
[[nodiscard]] Result<Descriptor> ListenForPrograms(const std::string& path, mode_t mode = 0660,
                                                   std::optional<gid_t> group = std::nullopt);

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_LISTEN_FOR_PROGRAMS_H_
