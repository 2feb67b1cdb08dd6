#include "client/audit/verification.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <utility>
#include <variant>

#include "client/audit/checkpoint_stream.h"
#include "client/audit/log_folder.h"
#include "client/audit/verifier_keys.h"
#include "proto/audit/segment_reader.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

std::string Records(std::uint64_t begin, std::uint64_t end) {
  if (end - begin == 1) return "record " + std::to_string(begin) + " is";
  return "records " + std::to_string(begin) + " to " + std::to_string(end - 1) + " are";
}

// One pass over the segments; the checkpoints are compared as their sizes are reached.
class LogVerifier {
 public:
  LogVerifier(std::filesystem::path folder, const VerificationOptions& options)
      : folder_(std::move(folder)),
        options_(options),
        keys_(options.keys),
        stream_(folder_ / kCheckpointsFile) {}

  Result<Verification> Run() {
    const auto segments = ListSegments(folder_);
    if (!segments) return Forward(segments);
    if (segments->empty()) {
      return Fail(Code::kInvalidArgument, reason::kBadOption,
                  "there is no audit log in " + folder_.string() +
                      ": name the folder that holds its .audit files");
    }
    if (const Outcome keys = LoadKeys(); !keys) return Forward(keys);
    for (const SegmentFile& each : *segments) ReadSegment(each, &each == &segments->back());
    Conclude();
    return std::move(result_);
  }

 private:
  void Find(const std::string& file, std::optional<std::uint64_t> offset, std::string what) {
    ++result_.finding_count;
    if (result_.findings.size() < Verification::kMostFindings)
      result_.findings.push_back({file, offset, std::move(what)});
  }

  Outcome LoadKeys() {
    if (!keys_.empty()) return {};
    const auto path = folder_ / kVerifierKeyFile;
    if (!std::filesystem::exists(path)) return {};
    auto keys = ReadVerifierKeys(path);
    if (!keys) return Forward(keys);
    keys_ = *std::move(keys);
    result_.own_key = true;
    return {};
  }

  // ---- checkpoints

  // Nothing where it is none of this log's key; `what` begins the finding.
  std::optional<Checkpoint> Accept(const SignedNote& note, std::optional<std::uint64_t> offset,
                                   const std::string& file) {
    const auto checkpoint = Checkpoint::Parse(note.text);
    if (!checkpoint) {
      Find(file, offset, checkpoint.error().message);
      return std::nullopt;
    }
    const std::string name = "the checkpoint of " + std::to_string(checkpoint->size) + " records";
    if (checkpoint->origin != result_.origin) {
      Find(file, offset, name + " is of another log, " + checkpoint->origin);
      return std::nullopt;
    }
    if (keys_.empty()) return *checkpoint;
    if (const Outcome verified = VerifyNote(note, keys_); !verified) {
      Find(file, offset, name + ": " + verified.error().message);
      return std::nullopt;
    }
    return *checkpoint;
  }

  // The next of the file that is good, into next_.
  void ReadNextCheckpoint() {
    next_.reset();
    while (auto entry = stream_.Next()) {
      const std::string file(kCheckpointsFile);
      if (!entry->whole) {
        if (IsBeginOfCheckpoint(entry->note)) {
          result_.notes.emplace_back("the file of checkpoints ends within one: a torn write");
        } else {
          Find(file, entry->offset, "what stands at the end is no checkpoint");
        }
        continue;
      }
      ++entries_;
      const auto note = SignedNote::Parse(entry->note);
      if (!note) {
        Find(file, entry->offset, note.error().message);
        continue;
      }
      auto checkpoint = Accept(*note, entry->offset, file);
      if (!checkpoint) continue;
      if (checkpoint->size < last_size_) {
        Find(file, entry->offset,
             "the checkpoint of " + std::to_string(checkpoint->size) +
                 " records stands after one of " + std::to_string(last_size_));
        continue;
      }
      last_size_ = checkpoint->size;
      next_ = Expected{*std::move(checkpoint), entry->offset};
      return;
    }
  }

  void ReadKnown() {
    for (const SignedNote& note : options_.known) {
      const auto checkpoint = Checkpoint::Parse(note.text);
      if (checkpoint && checkpoint->origin != result_.origin) continue;  // of another of the logs
      if (auto accepted = Accept(note, std::nullopt, "")) {
        const std::uint64_t size = accepted->size;
        if (size < result_.first) ++result_.before_first;
        known_.emplace(size, *std::move(accepted));
      }
    }
  }

  void Compare(const Checkpoint& checkpoint, bool known, std::optional<std::uint64_t> offset) {
    if (checkpoint.root != tree_.Root()) {
      Find(known ? "" : std::string(kCheckpointsFile), offset,
           std::string(known ? "the checkpoint kept elsewhere, of " : "the checkpoint of ") +
               std::to_string(checkpoint.size) +
               " records, is not of the records that are here: some were changed");
      return;
    }
    if (!known) ++result_.checkpoints;
    if (keys_.empty()) return;
    result_.proven = std::max(result_.proven, checkpoint.size);
    if (known) result_.known = std::max(result_.known, checkpoint.size);
    if (!newest_ || newest_->size <= checkpoint.size) newest_ = checkpoint;
  }

  void CompareCheckpoints() {
    const std::uint64_t size = tree_.size();
    while (next_ && next_->checkpoint.size <= size) {
      if (next_->checkpoint.size < result_.first) {
        ++result_.before_first;
      } else if (next_->checkpoint.size == size) {
        Compare(next_->checkpoint, false, next_->offset);
      }
      ReadNextCheckpoint();
    }
    const auto [begin, end] = known_.equal_range(size);
    for (auto known = begin; known != end; ++known) Compare(known->second, true, std::nullopt);
  }

  // ---- segments

  void Restart(const CompactRange& before) {
    tree_ = before;
    tree_good_ = true;
    newest_.reset();
    if (options_.record) leaves_ = MerkleTree(before);
  }

  void Begin(const SegmentHeader& header) {
    result_.origin = header.origin;
    result_.first = header.before.size();
    Restart(header.before);
    ReadKnown();
    ReadNextCheckpoint();
    begun_ = true;
  }

  void Join(const std::string& name, const SegmentHeader& header) {
    const std::uint64_t first = header.before.size();
    if (header.origin != result_.origin) Find(name, 0, "it is of another log, " + header.origin);
    if (first > result_.size) {
      Find(name, 0, Records(result_.size, first) + " missing before it, or cannot be read");
    } else if (first < result_.size) {
      Find(name, 0, Records(first, result_.size) + " there already, in the segment before it");
    } else if (tree_good_ && header.before != tree_) {
      Find(name, 0, "its tree is not that of the records before it: one of both was changed");
      return;
    }
    if (!tree_good_ || first != result_.size) Restart(header.before);
  }

  void ReadSegment(const SegmentFile& file, bool newest) {
    const std::string name = file.path.filename().string();
    std::ifstream in(file.path, std::ios::binary);
    if (!in.is_open()) return Find(name, std::nullopt, "it cannot be opened");
    ++result_.segments;
    SegmentReader reader(in);
    const auto header = reader.ReadHeader();
    if (const auto* damage = std::get_if<Damage>(&header)) {
      tree_good_ = false;
      return Find(name, damage->offset, damage->what);
    }
    if (std::holds_alternative<SegmentEnd>(header)) return TellTorn(name, 0, newest);
    const auto& found = std::get<SegmentHeader>(header);
    if (found.before.size() != file.first) {
      Find(name, 0,
           "its header says that it begins with record " + std::to_string(found.before.size()));
    }
    begun_ ? Join(name, found) : Begin(found);
    result_.size = found.before.size();
    if (tree_good_) CompareCheckpoints();
    ReadRecords(name, reader, newest);
  }

  void TellTorn(const std::string& name, std::uint64_t offset, bool newest) {
    if (newest) {
      result_.notes.push_back(name + " ends with part of a record, from octet " +
                              std::to_string(offset) + " on: a torn write");
    } else {
      Find(name, offset, "it ends within a record, and is not the newest segment");
    }
  }

  void ReadRecords(const std::string& name, SegmentReader& reader, bool newest) {
    for (;;) {
      auto next = reader.Next();
      if (const auto* end = std::get_if<SegmentEnd>(&next)) {
        if (*end == SegmentEnd::kTorn) TellTorn(name, reader.offset(), newest);
        return;
      }
      result_.size = reader.sequence();
      if (const auto* damage = std::get_if<Damage>(&next)) {
        tree_good_ = false;
        Find(name, damage->offset, damage->what);
        if (damage->kind == DamageKind::kLength || damage->kind == DamageKind::kUnreadable) return;
        continue;
      }
      Take(std::get<SegmentRecord>(next));
    }
  }

  void Take(const SegmentRecord& record) {
    if (options_.record == record.record.sequence) wanted_ = record.record;
    if (!tree_good_) return;
    tree_.Append(record.leaf);
    if (options_.record) leaves_.Append(record.leaf);
    CompareCheckpoints();
  }

  // ---- the end

  void Conclude() {
    if (!begun_) {
      if (!options_.known.empty() || stream_.Next())
        Find("", std::nullopt, "there are checkpoints, and no segment that can be read");
      return;
    }
    ConcludeCheckpoints();
    for (const auto& [size, checkpoint] : known_) {
      if (size > result_.size) FindCutOff("", "a checkpoint kept elsewhere", size);
    }
    if (options_.first && result_.first > *options_.first)
      Find("", std::nullopt, Records(*options_.first, result_.first) + " not here");
    if (options_.record) ConcludeInclusion(*options_.record);
  }

  void FindCutOff(const std::string& file, const char* which, std::uint64_t size) {
    Find(file, std::nullopt,
         std::string(which) + " counts " + std::to_string(size) +
             " records, and the log ends after " + std::to_string(result_.size) +
             ": it was cut off, or an older copy was put here");
  }

  void ConcludeCheckpoints() {
    std::uint64_t largest = 0;
    while (next_) {
      largest = next_->checkpoint.size;
      ReadNextCheckpoint();
    }
    if (largest > result_.size) FindCutOff(std::string(kCheckpointsFile), "a checkpoint", largest);
    if (keys_.empty() && entries_ > 0) {
      Find(std::string(kVerifierKeyFile), std::nullopt,
           "no key is known to verify the checkpoints with: give --key");
    }
    if (!keys_.empty() && entries_ == 0) {
      Find(std::string(kCheckpointsFile), std::nullopt,
           stream_.is_open() ? "no checkpoint is in it" : "it is missing: nothing is proven");
    }
  }

  void ConcludeInclusion(std::uint64_t sequence) {
    const std::string name = "record " + std::to_string(sequence);
    if (!wanted_) return Find("", std::nullopt, name + " is not here");
    const auto path =
        newest_ ? leaves_.Inclusion(sequence, newest_->size) : std::optional<MerkleProof>();
    if (!path) return Find("", std::nullopt, name + " is in no checkpoint that was verified");
    const TreeHash leaf = leaves_.leaf(sequence);
    if (!VerifyInclusion(leaf, sequence, newest_->size, newest_->root, *path))
      return Find("", std::nullopt, name + ": its proof does not lead to the checkpoint");
    result_.inclusion = InclusionProof{*wanted_, leaf, *path, *newest_};
  }

  struct Expected {
    Checkpoint checkpoint;
    std::uint64_t offset;
  };

  const std::filesystem::path folder_;
  const VerificationOptions& options_;
  std::vector<VerifierKey> keys_;
  CheckpointStream stream_;
  std::optional<Expected> next_;  // of the file, to compare when its size is reached
  std::uint64_t last_size_ = 0;
  std::size_t entries_ = 0;
  std::multimap<std::uint64_t, Checkpoint> known_;
  bool begun_ = false;
  CompactRange tree_;                 // of all records so far …
  bool tree_good_ = false;            // … unless one could not be read
  MerkleTree leaves_;                 // likewise, where a proof is wanted
  std::optional<Checkpoint> newest_;  // that was verified
  std::optional<AuditRecord> wanted_;
  Verification result_;
};

}  // namespace

Result<Verification> VerifyLog(const std::filesystem::path& folder,
                               const VerificationOptions& options) {
  return LogVerifier(folder, options).Run();
}

}  // namespace dkimkeeper
