// A log's Merkle tree at one size, as its key signs it (C2SP tlog-checkpoint), and the file of
// them.
#ifndef PROTO_AUDIT_CHECKPOINT_H_
#define PROTO_AUDIT_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/audit/signed_note.h"
#include "proto/audit/tree_hash.h"
#include "proto/result.h"

namespace dkimkeeper {

// A value.
struct Checkpoint {
  std::string origin;      // the log's name: one line
  std::uint64_t size = 0;  // how many records
  TreeHash root{};

  // The text to be signed: three lines.
  [[nodiscard]] std::string ToString() const;
  // Lines after the third are ignored. INVALID_ARGUMENT/BAD_DOCUMENT.
  [[nodiscard]] static Result<Checkpoint> Parse(std::string_view text);

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// Whether checkpoints, and a key, can carry the name: 1 to kLongestOrigin octets, no white space,
// no plus.
[[nodiscard]] bool IsOrigin(std::string_view text);

// The file `checkpoints`: signed notes, oldest first, each followed by an empty line. The text of a
// checkpoint has no empty line, and neither have signatures: the two alternate.
[[nodiscard]] std::string CheckpointEntry(const SignedNote& note);

struct CheckpointEntries {
  std::vector<std::string> notes;  // each as SignedNote::Parse takes it
  std::string torn;                // the octets of a last one that is not whole
};
[[nodiscard]] CheckpointEntries SplitCheckpoints(std::string_view file);

}  // namespace dkimkeeper

#endif  // PROTO_AUDIT_CHECKPOINT_H_
