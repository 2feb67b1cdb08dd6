// What a daemon that starts finds in the folder of its audit log.
#ifndef SERVER_AUDIT_LOG_RECOVERY_H_
#define SERVER_AUDIT_LOG_RECOVERY_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "proto/audit/checkpoint.h"
#include "proto/audit/compact_range.h"
#include "proto/result.h"

namespace dkimkeeper {

struct RecoveredLog {
  CompactRange tree;  // of every record until now; its size is the next sequence
  // The segment that goes on, and how much of it is whole. Nothing: a new one is to be begun.
  struct Segment {
    std::filesystem::path path;
    std::uint64_t size = 0;
  };
  std::optional<Segment> segment;
  std::uint64_t torn = 0;             // octets of a write that a crash cut short
  std::vector<std::string> findings;  // that no crash explains: what is wrong, a clause each
};

// Reads the newest segment, whose header holds the tree before it, so that a start takes no longer
// for a longer log, and holds it against what was signed (`known`, in any order). A segment with
// damage stays as it is and is not gone on with. Changes nothing in the folder.
// UNAVAILABLE/AUDIT_UNWRITABLE: the folder cannot be read. FAILED_PRECONDITION/BAD_CONFIG: it is
// the log of another origin.
[[nodiscard]] Result<RecoveredLog> RecoverLog(const std::filesystem::path& folder,
                                              const std::string& origin,
                                              const std::vector<Checkpoint>& known);

// The sequence of each segment's first record, rising.
[[nodiscard]] Result<std::vector<std::uint64_t>> FirstSequences(
    const std::filesystem::path& folder);

}  // namespace dkimkeeper

#endif  // SERVER_AUDIT_LOG_RECOVERY_H_
