// The audit log as its one writer has it: records go in, segments come out.
#ifndef SERVER_AUDIT_SEGMENT_LOG_H_
#define SERVER_AUDIT_SEGMENT_LOG_H_

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "proto/audit/checkpoint.h"
#include "proto/audit/compact_range.h"
#include "proto/audit/record.h"
#include "proto/descriptor.h"
#include "server/audit/append_file.h"
#include "server/audit/log_recovery.h"

namespace dkimkeeper {

// A folder of segments (proto/audit/segment.h) that is this process's alone. Not thread-safe.
class SegmentLog {
 public:
  struct Options {
    std::filesystem::path folder;
    std::string origin;
    std::uint64_t segment_size = std::uint64_t{64} << 20;  // octets after which the next one begins
    std::chrono::milliseconds retention = std::chrono::days(365);
    OpenAppendFile open = OpenOnDisk;
  };

  // Makes the folder (mode 0700) where there is none, and takes up where the last writer left off:
  // cuts off a torn write, sets aside what bears a name that the next segment needs. Errors of
  // RecoverLog; FAILED_PRECONDITION/BAD_CONFIG: another process has it;
  // UNAVAILABLE/AUDIT_UNWRITABLE: it cannot be made.
  [[nodiscard]] static Result<std::unique_ptr<SegmentLog>> Open(
      Options options, const std::vector<Checkpoint>& known);

  // What was found at the start.
  [[nodiscard]] const RecoveredLog& recovered() const { return recovered_; }

  // Gives the records their sequences, and all of them are on the disk, or none is in the log:
  // UNAVAILABLE/AUDIT_UNWRITABLE. A segment that is not where it was, or was changed, is left
  // alone: the records go into a new one.
  [[nodiscard]] Outcome Write(std::span<AuditRecord> records);

  // A clause about each segment that was not where it was left, looking now, too; empty: all were.
  [[nodiscard]] std::string TakeLoss();

  // The segments that are older than the retention, and not the newest: what to write into the log
  // before they are deleted.
  [[nodiscard]] std::vector<std::filesystem::path> Expired(
      std::chrono::system_clock::time_point now) const;

  [[nodiscard]] const CompactRange& tree() const { return tree_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return options_.folder; }

 private:
  SegmentLog(Options options, Descriptor lock)
      : options_(std::move(options)), lock_(std::move(lock)) {}

  // Lets go of a segment that is not what it was.
  void DropLost();
  // The segment that the next record goes into is open.
  [[nodiscard]] Outcome Ready();
  [[nodiscard]] Outcome BeginSegment();

  const Options options_;
  const Descriptor lock_;
  RecoveredLog recovered_;
  CompactRange tree_;
  std::optional<RecoveredLog::Segment> left_;  // by the last writer, to be opened yet
  std::filesystem::path path_;
  std::unique_ptr<AppendFile> segment_;  // null: a new one is to be begun
  std::string loss_;
};

}  // namespace dkimkeeper

#endif  // SERVER_AUDIT_SEGMENT_LOG_H_
