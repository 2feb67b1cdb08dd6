#include "server/audit/segment_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "proto/audit/segment.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;

// Held as long as the folder is open; a process that dies lets go of it.
Result<Descriptor> LockFolder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return Fail(Code::kUnavailable, reason::kAuditUnwritable,
                "cannot make the audit log's directory " + folder.string() + ": " +
                    std::strerror(errno) +
                    "; make its parent writable for this user or change "
                    "[audit] directory");
  }
  Descriptor lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.IsOpen()) {
    return Fail(
        Code::kUnavailable, reason::kAuditUnwritable,
        "cannot open the audit log's directory " + folder.string() + ": " + std::strerror(errno));
  }
  if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
    return Fail(Code::kFailedPrecondition, reason::kBadConfig,
                "another process writes the audit log in " + folder.string() +
                    "; give each daemon an [audit] directory of its own");
  }
  return lock;
}

// A name for what must not be lost and is in the way; of several the first that is free.
void SetAside(const fs::path& path) {
  for (int i = 0; i < 1000; ++i) {
    const fs::path aside = path.string() + ".aside" + std::to_string(i);
    std::error_code error;
    if (fs::exists(aside, error)) continue;
    fs::rename(path, aside, error);
    return;
  }
}

}  // namespace

Result<std::unique_ptr<SegmentLog>> SegmentLog::Open(Options options,
                                                     const std::vector<Checkpoint>& known) {
  auto lock = LockFolder(options.folder);
  if (!lock) return Forward(lock);
  auto recovered = RecoverLog(options.folder, options.origin, known);
  if (!recovered) return Forward(recovered);
  std::unique_ptr<SegmentLog> log(new SegmentLog(std::move(options), *std::move(lock)));
  log->tree_ = recovered->tree;
  log->recovered_ = *std::move(recovered);
  // Opened by the first record: a disk that is full or read-only is no reason not to start, what to
  // do then is policy.
  log->left_ = log->recovered_.segment;
  if (log->left_) log->path_ = log->left_->path;
  return log;
}

Outcome SegmentLog::Write(std::span<AuditRecord> records) {
  if (auto ready = Ready(); !ready) return ready;
  CompactRange tree = tree_;
  std::string octets;
  for (AuditRecord& record : records) {
    record.sequence = tree.size();
    const Frame frame = EncodeFrame(EncodeRecord(record));
    octets += frame.octets;
    tree.Append(frame.leaf);
  }
  if (auto written = segment_->Append(octets); !written) return written;
  tree_ = std::move(tree);
  return {};
}

std::string SegmentLog::TakeLoss() {
  DropLost();
  return std::exchange(loss_, {});
}

void SegmentLog::DropLost() {
  std::error_code error;
  const bool lost = segment_ ? !segment_->InPlace()
                             : left_ && (fs::file_size(left_->path, error) < left_->size || error);
  if (!lost) return;
  if (!loss_.empty()) loss_ += "; ";
  loss_ += path_.string() + " was moved, deleted, replaced or changed by somebody else";
  segment_.reset();
  left_.reset();
}

Outcome SegmentLog::Ready() {
  DropLost();
  if (left_) {
    auto opened = options_.open(left_->path, left_->size);
    if (!opened) return Forward(opened);
    segment_ = *std::move(opened);
    left_.reset();
  }
  if (segment_ && segment_->size() < options_.segment_size) return {};
  return BeginSegment();
}

Outcome SegmentLog::BeginSegment() {
  const fs::path path = options_.folder / SegmentFileName(tree_.size());
  std::error_code error;
  (void)::mkdir(options_.folder.c_str(), 0700);  // somebody may have deleted it
  if (fs::exists(path, error)) SetAside(path);
  auto file = options_.open(path, 0);
  if (!file) return Forward(file);
  const SegmentHeader header{options_.origin, tree_};
  if (auto written = (*file)->Append(EncodeSegmentHeader(header)); !written) {
    fs::remove(path, error);
    return written;
  }
  path_ = path;
  segment_ = *std::move(file);
  return {};
}

std::vector<fs::path> SegmentLog::Expired(std::chrono::system_clock::time_point now) const {
  std::vector<fs::path> expired;
  const auto segments = FirstSequences(options_.folder);
  if (!segments) return expired;
  for (const std::uint64_t first : *segments) {
    const fs::path path = options_.folder / SegmentFileName(first);
    struct stat found{};
    if (path == path_ || ::stat(path.c_str(), &found) != 0) break;
    const auto written = std::chrono::system_clock::from_time_t(found.st_mtim.tv_sec);
    if (now - written <= options_.retention) break;
    expired.push_back(path);
  }
  return expired;
}

}  // namespace dkimkeeper
