// The files beside an audit log's segments: what was signed, and by which keys.
#ifndef SERVER_AUDIT_CHECKPOINT_FILE_H_
#define SERVER_AUDIT_CHECKPOINT_FILE_H_

#include <filesystem>
#include <memory>
#include <optional>

#include "proto/audit/checkpoint.h"
#include "proto/audit/signed_note.h"
#include "proto/result.h"
#include "server/audit/append_file.h"

namespace dkimkeeper {

// The last whole checkpoint of the folder's file. Nothing where there is none.
[[nodiscard]] std::optional<Checkpoint> LastCheckpoint(const std::filesystem::path& folder);

// Appends to the file of checkpoints; what a crash cut short is cut off first. A file that is gone
// is begun again. Not thread-safe.
class CheckpointFile {
 public:
  explicit CheckpointFile(const std::filesystem::path& folder);

  // UNAVAILABLE/AUDIT_UNWRITABLE.
  [[nodiscard]] Outcome Append(const SignedNote& note);

 private:
  [[nodiscard]] Outcome Ready();

  const std::filesystem::path path_;
  std::unique_ptr<AppendFile> file_;
};

// Adds the key to those that the folder says its checkpoints are signed by, a line each, unless it
// is there. Answers whether there were others only. UNAVAILABLE/AUDIT_UNWRITABLE.
[[nodiscard]] Result<bool> AddVerifierKey(const std::filesystem::path& folder,
                                          const VerifierKey& key);

}  // namespace dkimkeeper

#endif  // SERVER_AUDIT_CHECKPOINT_FILE_H_
