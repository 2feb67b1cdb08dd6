#include "server/audit/log_recovery.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>
#include <variant>

#include "proto/audit/segment.h"
#include "proto/audit/segment_reader.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;

std::string RecordCount(std::uint64_t count) { return std::to_string(count) + " records"; }

constexpr std::size_t kMostFindings = 100;
constexpr std::uint64_t kMostMissing = 1'000'000;

// Goes through one segment, and holds each checkpoint against the tree when it has that size.
class Replay {
 public:
  Replay(const std::vector<Checkpoint>& known, RecoveredLog& log) : known_(known), log_(log) {}

  // Nothing where its header cannot be read.
  [[nodiscard]] std::optional<SegmentHeader> Begin(SegmentReader& reader, const std::string& name) {
    auto header = reader.ReadHeader();
    if (auto* good = std::get_if<SegmentHeader>(&header)) {
      log_.tree = good->before;
      Compare();
      return std::move(*good);
    }
    // Without a whole header there is no record: it was being begun.
    if (const auto* damage = std::get_if<Damage>(&header)) {
      log_.findings.push_back(name + ": " + damage->what);
    }
    return std::nullopt;
  }

  // To the end. Whether it can be gone on with.
  [[nodiscard]] bool ReadOn(SegmentReader& reader, const std::string& name) {
    bool whole = true;
    while (true) {
      auto next = reader.Next();
      if (const auto* record = std::get_if<SegmentRecord>(&next)) {
        log_.tree.Append(record->leaf);
      } else if (const auto* damage = std::get_if<Damage>(&next)) {
        whole = false;
        if (log_.findings.size() < kMostFindings)
          log_.findings.push_back(name + ": " + damage->what);
        if (damage->kind == DamageKind::kLength || damage->kind == DamageKind::kUnreadable) break;
        // A number that somebody made up is no reason to count that far.
        if (reader.sequence() > log_.tree.size() + kMostMissing) break;
        // What stood there is lost, and shows in every later root.
        while (log_.tree.size() < reader.sequence()) log_.tree.Append(HashLeaf({}));
      } else {
        break;
      }
      Compare();
    }
    return whole;
  }

 private:
  void Compare() {
    for (const Checkpoint& checkpoint : known_) {
      if (checkpoint.size != log_.tree.size() || checkpoint.root == log_.tree.Root()) continue;
      log_.findings.push_back("the first " + RecordCount(checkpoint.size) +
                              " are not those that a checkpoint was signed over");
    }
  }

  const std::vector<Checkpoint>& known_;
  RecoveredLog& log_;
};

}  // namespace

Result<std::vector<std::uint64_t>> FirstSequences(const fs::path& folder) {
  std::error_code error;
  std::vector<std::uint64_t> firsts;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const auto first = ParseSegmentFileName(at->path().filename().string());
    if (first) firsts.push_back(*first);
  }
  if (error) {
    return Fail(
        Code::kUnavailable, reason::kAuditUnwritable,
        "cannot read the audit log's directory " + folder.string() + ": " + error.message());
  }
  std::ranges::sort(firsts);
  return firsts;
}

Result<RecoveredLog> RecoverLog(const fs::path& folder, const std::string& origin,
                                const std::vector<Checkpoint>& known) {
  auto segments = FirstSequences(folder);
  if (!segments) return Forward(segments);
  RecoveredLog log;
  Replay replay(known, log);
  for (auto first = segments->rbegin(); first != segments->rend(); ++first) {
    const std::string name = SegmentFileName(*first);
    std::ifstream file(folder / name, std::ios::binary);
    SegmentReader reader(file);
    if (!file.is_open()) {
      log.findings.push_back(name + ": it cannot be opened");
      continue;
    }
    const auto header = replay.Begin(reader, name);
    if (!header) continue;
    if (header->origin != origin) {
      return Fail(Code::kFailedPrecondition, reason::kBadConfig,
                  "the audit log in " + folder.string() + " is called " + header->origin +
                      ", not " + origin +
                      "; write that in [audit] origin, or choose an empty "
                      "[audit] directory");
    }
    if (replay.ReadOn(reader, name)) {
      log.segment = {folder / name, reader.offset()};
      std::error_code ignored;
      const auto size = fs::file_size(folder / name, ignored);
      if (!ignored && size > reader.offset()) log.torn = size - reader.offset();
    }
    break;
  }
  for (const Checkpoint& checkpoint : known) {
    if (checkpoint.size <= log.tree.size()) continue;
    log.findings.push_back("it ends after " + RecordCount(log.tree.size()) +
                           ", but a checkpoint was signed over " + RecordCount(checkpoint.size));
  }
  return log;
}

}  // namespace dkimkeeper
