// Whether anybody changed an audit log: judged from its files, its key and what is known elsewhere.
#ifndef CLIENT_AUDIT_VERIFICATION_H_
#define CLIENT_AUDIT_VERIFICATION_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "proto/audit/checkpoint.h"
#include "proto/audit/merkle_tree.h"
#include "proto/audit/record.h"
#include "proto/audit/signed_note.h"
#include "proto/result.h"

namespace dkimkeeper {

struct VerificationOptions {
  // Who may sign checkpoints. Empty: `audit.vkey` of the folder itself, which proves less.
  std::vector<VerifierKey> keys = {};
  std::vector<SignedNote> known = {};        // checkpoints that were kept elsewhere
  std::optional<std::uint64_t> record = {};  // whose inclusion is to be proven
  std::optional<std::uint64_t> first = {};   // the records from this one on must be here
};

// What is wrong.
struct LogFinding {
  std::string file;                     // its name in the folder; empty: the log as a whole
  std::optional<std::uint64_t> offset;  // in octets
  std::string what;
};

// That a record is in the tree of a checkpoint that was verified.
struct InclusionProof {
  AuditRecord record;
  TreeHash leaf;
  MerkleProof path;
  Checkpoint checkpoint;
};

struct Verification {
  static constexpr std::size_t kMostFindings = 100;  // what is over that is counted only

  std::string origin;
  std::uint64_t first = 0;  // records from here …
  std::uint64_t size = 0;   // … to before here are present
  std::size_t segments = 0;
  std::size_t checkpoints = 0;   // signed, and of exactly these records
  std::size_t before_first = 0;  // checkpoints of records that are not here: cannot be compared
  // With findings 0, both.
  std::uint64_t proven = 0;  // the records before this one are those that were signed
  std::uint64_t known = 0;   // likewise, of a checkpoint kept elsewhere: not even cut off since
  bool own_key = false;      // the key came from the folder itself
  std::vector<std::string> notes;
  std::vector<LogFinding> findings;
  std::size_t finding_count = 0;
  std::optional<InclusionProof> inclusion;

  [[nodiscard]] bool healthy() const { return finding_count == 0; }
  void Find(std::string file, std::optional<std::uint64_t> offset, std::string what);
};

// The daemon may go on writing meanwhile. Streams: memory does not grow with the log, except by 32
// bytes a record with `record`. INVALID_ARGUMENT/BAD_OPTION: no log can be read there, or the key
// in its folder is none; whatever else is wrong is a finding.
[[nodiscard]] Result<Verification> VerifyLog(const std::filesystem::path& folder,
                                             const VerificationOptions& options);

}  // namespace dkimkeeper

#endif  // CLIENT_AUDIT_VERIFICATION_H_
