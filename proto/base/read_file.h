// Reads a small file whole.
#ifndef PROTO_BASE_READ_FILE_H_
#define PROTO_BASE_READ_FILE_H_

#include <cstddef>
#include <string>

#include "proto/result.h"

namespace dkimkeeper {

// INVALID_ARGUMENT/BAD_CONFIG: `path` cannot be opened or read, or has more than `max_bytes`. The
// message is what the operating system says, without the path: `No such file or directory`.
[[nodiscard]] Result<std::string> ReadFile(const std::string& path, std::size_t max_bytes);

}  // namespace dkimkeeper

#endif  // PROTO_BASE_READ_FILE_H_
