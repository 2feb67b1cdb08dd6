#include "server/audit/file_audit_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <iterator>
#include <utility>

#include "proto/reason.h"
#include "server/audit/audit_line.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kFailing = "audit.failing";
// How long to wait before a disk that failed is tried again.
constexpr std::chrono::seconds kRetry{1};
// How long entries gather before they go to the disk together: a sync for each of a thousand
// signatures a second costs as much as a tenth of the signatures.
constexpr std::chrono::milliseconds kGather{50};

}  // namespace

class FileAuditLog::Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& path)
      : fd_(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  [[nodiscard]] bool IsOpen() const { return fd_ >= 0; }

  // Still the file that stands at `path`: nobody moved or deleted it.
  [[nodiscard]] bool IsAt(const std::filesystem::path& path) const {
    struct stat ours{};
    struct stat there{};
    return ::fstat(fd_, &ours) == 0 && ::stat(path.c_str(), &there) == 0 &&
           ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
  }

  // All of `text` and onto the disk, or nothing: a torn line is cut off again. Answers 0 or the
  // errno of what failed.
  [[nodiscard]] int Append(std::string_view text) const {
    const off_t before = ::lseek(fd_, 0, SEEK_END);
    const int failure = WriteAndSync(text);
    if (failure != 0 && before >= 0) (void)!::ftruncate(fd_, before);
    return failure;
  }

 private:
  [[nodiscard]] int WriteAndSync(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = ::write(fd_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return errno;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fdatasync(fd_) == 0 ? 0 : errno;
  }

  const int fd_;
};

Result<std::unique_ptr<FileAuditLog>> FileAuditLog::Open(std::filesystem::path path,
                                                         AlarmBoard& alarms, Metrics& metrics,
                                                         const Clock& clock) {
  std::unique_ptr<FileAuditLog> log(new FileAuditLog(std::move(path), alarms, metrics, clock));
  if (!log->file_->IsOpen()) {
    return Fail(Code::kUnavailable, reason::kStoreAway,
                "cannot open the audit log " + log->path_.string() + ": " + std::strerror(errno) +
                    "; make its directory writable for this user or change [audit] path");
  }
  log->writer_ = std::thread([raw = log.get()] { raw->Run(); });
  return log;
}

FileAuditLog::FileAuditLog(std::filesystem::path path, AlarmBoard& alarms, Metrics& metrics,
                           const Clock& clock)
    : path_(std::move(path)),
      alarms_(alarms),
      metrics_(metrics),
      clock_(clock),
      file_(std::make_unique<Descriptor>(path_)) {}

FileAuditLog::~FileAuditLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (writer_.joinable()) writer_.join();
}

void FileAuditLog::Append(AuditEntry entry) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + taken_ >= kMaxWaiting) {
      ++dropped_;
      metrics_.CountAuditDrop();
      return;
    }
    waiting_.push_back(std::move(entry));
    if (waiting_.size() > 1) return;  // the writer knows already
  }
  changed_.notify_one();
}

void FileAuditLog::Run() {
  std::string pending;  // rendered, not yet on the disk
  std::unique_lock lock(mutex_);
  while (true) {
    if (pending.empty()) {
      changed_.wait(lock, [this] { return stopping_ || HasWorkLocked(); });
      changed_.wait_for(lock, kGather, [this] { return stopping_; });
    } else {
      changed_.wait_for(lock, kRetry, [this] { return stopping_; });
    }
    const bool last = stopping_;
    std::vector<AuditEntry> entries;
    if (pending.empty()) entries = TakeLocked();
    lock.unlock();
    for (const AuditEntry& entry : entries) pending += RenderAuditLine(entry);
    if (pending.empty() || Write(pending)) pending.clear();
    lock.lock();
    if (pending.empty()) taken_ = 0;
    if (last && (!HasWorkLocked() || !pending.empty())) return;
  }
}

// What waits, and after it how much could not wait.
std::vector<AuditEntry> FileAuditLog::TakeLocked() {
  std::vector<AuditEntry> entries = std::exchange(waiting_, {});
  taken_ = entries.size();
  if (dropped_ > 0) {
    const std::string count = std::to_string(std::exchange(dropped_, 0));
    entries.push_back({ToTimestamp(clock_.Now()),
                       {},
                       "audit.dropped",
                       {},
                       {},
                       {},
                       {},
                       {},
                       {},
                       count + " entries"});
  }
  return entries;
}

bool FileAuditLog::Write(const std::string& text) {
  if (!file_->IsOpen() || !file_->IsAt(path_)) file_ = std::make_unique<Descriptor>(path_);
  const int failure = file_->IsOpen() ? file_->Append(text) : errno;
  if (failure == 0) {
    alarms_.Clear(kFailing, path_.string(), clock_.Now());
    return true;
  }
  alarms_.Raise(kFailing, path_.string(),
                std::string("the audit log cannot be written: ") + std::strerror(failure) +
                    "; free space or mend its directory, entries wait in memory meanwhile",
                clock_.Now());
  return false;
}

}  // namespace dkimkeeper
