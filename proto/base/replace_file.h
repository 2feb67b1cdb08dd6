// Writes a file whole, so that a reader, and a crash at any moment, finds the old or the new one.
#ifndef PROTO_BASE_REPLACE_FILE_H_
#define PROTO_BASE_REPLACE_FILE_H_

#include <sys/types.h>

#include <string>
#include <string_view>

#include "proto/result.h"

namespace dkimkeeper {

// Writes beside `path` and renames; file and directory are on disk when it returns. INTERNAL with
// what the operating system says, without the path; the old file stays.
[[nodiscard]] Outcome ReplaceFile(const std::string& path, std::string_view text, mode_t mode);

}  // namespace dkimkeeper

#endif  // PROTO_BASE_REPLACE_FILE_H_
