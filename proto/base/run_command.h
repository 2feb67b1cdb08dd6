// Runs a program and waits for it, but not for ever.
#ifndef PROTO_BASE_RUN_COMMAND_H_
#define PROTO_BASE_RUN_COMMAND_H_

#include <chrono>
#include <string>
#include <vector>

#include "proto/result.h"

namespace dkimkeeper {

// argv[0] is an absolute path; no shell. Its standard streams are /dev/null, its environment a
// plain PATH, its process group its own: at the end of `limit` the whole group is killed. Starts by
// posix_spawn(3), which other threads do not disturb. INTERNAL/INTERNAL with how it ended, unless
// that was exit status 0. Thread-safe.
[[nodiscard]] Outcome RunCommand(const std::vector<std::string>& argv,
                                 std::chrono::milliseconds limit);

}  // namespace dkimkeeper

#endif  // PROTO_BASE_RUN_COMMAND_H_
