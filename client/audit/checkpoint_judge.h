// Compares the checkpoints of a log with its records, as those are read.
#ifndef CLIENT_AUDIT_CHECKPOINT_JUDGE_H_
#define CLIENT_AUDIT_CHECKPOINT_JUDGE_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/audit/checkpoint_stream.h"
#include "client/audit/verification.h"
#include "proto/audit/checkpoint.h"
#include "proto/audit/compact_range.h"
#include "proto/audit/signed_note.h"

namespace dkimkeeper {

// Reads the log's own checkpoints as their sizes are reached, and has those that were kept
// elsewhere ready. Not thread-safe; what findings go into must outlive this.
class CheckpointJudge {
 public:
  // `keys`: whose signatures count; without any, nothing is proven.
  CheckpointJudge(const std::filesystem::path& folder, std::vector<VerifierKey> keys,
                  Verification& result);

  // Once origin and first record of the log are known in the result.
  void Begin(const std::vector<SignedNote>& known);
  // The log's tree, at each size in turn.
  void Compare(const CompactRange& tree);
  // Records from before were not all read: those are proven by no checkpoint from here on.
  void Restart() { newest_.reset(); }
  // The log ends.
  void Conclude();
  // The same for one of which nothing can be read.
  [[nodiscard]] bool HasEntry() { return stream_.Next().has_value(); }

  // That was verified, of records read without a gap.
  [[nodiscard]] const std::optional<Checkpoint>& newest() const { return newest_; }

 private:
  struct Expected {
    Checkpoint checkpoint;
    std::uint64_t offset;
  };

  std::optional<Checkpoint> Accept(const SignedNote& note, std::optional<std::uint64_t> offset,
                                   const std::string& file);
  void TellTorn(const CheckpointStream::Entry& entry);
  // Nothing where it is none, which is told.
  std::optional<Checkpoint> Read(const CheckpointStream::Entry& entry);
  // The next of the file that counts, into next_.
  void ReadNext();
  void Judge(const Checkpoint& checkpoint, const CompactRange& tree, bool known,
             std::optional<std::uint64_t> offset);
  void FindCutOff(const std::string& file, const char* which, std::uint64_t size);

  const std::vector<VerifierKey> keys_;
  Verification& result_;
  CheckpointStream stream_;
  std::optional<Expected> next_;  // to compare when its size is reached
  std::uint64_t last_size_ = 0;
  std::size_t entries_ = 0;
  std::multimap<std::uint64_t, Checkpoint> known_;
  std::optional<Checkpoint> newest_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AUDIT_CHECKPOINT_JUDGE_H_
