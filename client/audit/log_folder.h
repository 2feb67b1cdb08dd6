// The folder of one audit log: which segments are there.
#ifndef CLIENT_AUDIT_LOG_FOLDER_H_
#define CLIENT_AUDIT_LOG_FOLDER_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "proto/result.h"

namespace dkimkeeper {

struct SegmentFile {
  std::filesystem::path path;
  std::uint64_t first = 0;  // the sequence that its name says
};

// In the order of their records. INVALID_ARGUMENT/BAD_OPTION: the folder cannot be read.
[[nodiscard]] Result<std::vector<SegmentFile>> ListSegments(const std::filesystem::path& folder);

// A whole file of at most `longest` octets. INVALID_ARGUMENT/BAD_OPTION with its path: it cannot be
// read, or is longer.
[[nodiscard]] Result<std::string> ReadWholeFile(const std::filesystem::path& path,
                                                std::uintmax_t longest);

}  // namespace dkimkeeper

#endif  // CLIENT_AUDIT_LOG_FOLDER_H_
