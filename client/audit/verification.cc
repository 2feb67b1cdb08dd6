#include "client/audit/verification.h"

#include <fstream>
#include <system_error>
#include <utility>
#include <variant>

#include "client/audit/checkpoint_judge.h"
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

// Those that were given, or else the one in the folder; none where there is none.
Result<std::vector<VerifierKey>> KeysOf(const std::filesystem::path& folder,
                                        const VerificationOptions& options, bool& own_key) {
  const auto path = folder / kVerifierKeyFile;
  std::error_code error;
  own_key = options.keys.empty() && std::filesystem::exists(path, error);
  return own_key ? ReadVerifierKeys(path) : options.keys;
}

// One pass over the segments; the checkpoints are compared as their sizes are reached.
class LogVerifier {
 public:
  // `result` must outlive this.
  LogVerifier(const std::filesystem::path& folder, const VerificationOptions& options,
              std::vector<VerifierKey> keys, Verification& result)
      : options_(options), result_(result), judge_(folder, std::move(keys), result) {}

  void Run(const std::vector<SegmentFile>& segments) {
    for (const SegmentFile& each : segments) ReadSegment(each, &each == &segments.back());
    if (begun_) return Conclude();
    if (!options_.known.empty() || judge_.HasEntry())
      Find("", std::nullopt, "there are checkpoints, and no segment that can be read");
  }

 private:
  void Find(const std::string& file, std::optional<std::uint64_t> offset, std::string what) {
    result_.Find(file, offset, std::move(what));
  }

  void Restart(const CompactRange& before) {
    tree_ = before;
    tree_good_ = true;
    judge_.Restart();
    if (options_.record) leaves_ = MerkleTree(before);
  }

  void Begin(const SegmentHeader& header) {
    result_.origin = header.origin;
    result_.first = header.before.size();
    Restart(header.before);
    judge_.Begin(options_.known);
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
    if (tree_good_) judge_.Compare(tree_);
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
    judge_.Compare(tree_);
  }

  void Conclude() {
    judge_.Conclude();
    if (options_.first && result_.first > *options_.first)
      Find("", std::nullopt, Records(*options_.first, result_.first) + " not here");
    if (options_.record) ConcludeInclusion(*options_.record);
  }

  void ConcludeInclusion(std::uint64_t sequence) {
    const std::string name = "record " + std::to_string(sequence);
    if (!wanted_) return Find("", std::nullopt, name + " is not here");
    const auto& newest = judge_.newest();
    const auto path =
        newest ? leaves_.Inclusion(sequence, newest->size) : std::optional<MerkleProof>();
    if (!path) return Find("", std::nullopt, name + " is in no checkpoint that was verified");
    const TreeHash leaf = leaves_.leaf(sequence);
    if (!VerifyInclusion(leaf, sequence, newest->size, newest->root, *path))
      return Find("", std::nullopt, name + ": its proof does not lead to the checkpoint");
    result_.inclusion = InclusionProof{*wanted_, leaf, *path, *newest};
  }

  const VerificationOptions& options_;
  Verification& result_;
  CheckpointJudge judge_;
  bool begun_ = false;
  CompactRange tree_;       // of all records so far …
  bool tree_good_ = false;  // … unless one could not be read
  MerkleTree leaves_;       // likewise, where a proof is wanted
  std::optional<AuditRecord> wanted_;
};

}  // namespace

void Verification::Find(std::string file, std::optional<std::uint64_t> offset, std::string what) {
  ++finding_count;
  if (findings.size() < kMostFindings)
    findings.push_back({std::move(file), offset, std::move(what)});
}

Result<Verification> VerifyLog(const std::filesystem::path& folder,
                               const VerificationOptions& options) {
  Verification result;
  auto keys = KeysOf(folder, options, result.own_key);
  if (!keys) return Forward(keys);
  // Opens the checkpoints before the records: a daemon that goes on writing writes those last.
  LogVerifier verifier(folder, options, *std::move(keys), result);
  const auto segments = ListSegments(folder);
  if (!segments) return Forward(segments);
  if (segments->empty()) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "there is no audit log in " + folder.string() +
                    ": name the folder that holds its .audit files");
  }
  verifier.Run(*segments);
  if (!result.healthy()) result.proven = result.known = 0;
  return result;
}

}  // namespace dkimkeeper
