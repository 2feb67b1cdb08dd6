// The audit log in a file, one line an entry.
#ifndef SERVER_AUDIT_FILE_AUDIT_LOG_H_
#define SERVER_AUDIT_FILE_AUDIT_LOG_H_

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "proto/base/clock.h"
#include "proto/result.h"
#include "server/audit/audit_log.h"
#include "server/base/alarms.h"
#include "server/base/metrics.h"

namespace dkimkeeper {

// `event=ACT time=… identity=… domain=… …`, escaped as events are (proto/base/event_log.h). One
// thread writes what has gathered in 50 ms, or while it wrote, in one go and syncs it. A file that
// was moved or deleted under it is noticed and made anew. When writing fails, up to kMaxWaiting
// entries wait for the disk to recover; what is over that is counted, and an entry `audit.dropped`
// says so afterwards; the alarm `audit.failing` stands meanwhile.
class FileAuditLog final : public AuditLog {
 public:
  static constexpr std::size_t kMaxWaiting = 65'536;

  // UNAVAILABLE/STORE_AWAY: the file cannot be opened or made (mode 0600). All must outlive this.
  [[nodiscard]] static Result<std::unique_ptr<FileAuditLog>> Open(std::filesystem::path path,
                                                                  AlarmBoard& alarms,
                                                                  Metrics& metrics,
                                                                  const Clock& clock);
  // Writes what waits, once.
  ~FileAuditLog() override;

  void Append(AuditEntry entry) noexcept override;

 private:
  class Descriptor;

  FileAuditLog(std::filesystem::path path, AlarmBoard& alarms, Metrics& metrics,
               const Clock& clock);
  void Run();
  [[nodiscard]] bool HasWorkLocked() const { return !waiting_.empty() || dropped_ > 0; }
  [[nodiscard]] std::vector<AuditEntry> TakeLocked();
  [[nodiscard]] bool Write(const std::string& text);

  const std::filesystem::path path_;
  AlarmBoard& alarms_;
  Metrics& metrics_;
  const Clock& clock_;
  std::unique_ptr<Descriptor> file_;  // used by the writing thread only

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<AuditEntry> waiting_;
  std::size_t taken_ = 0;  // entries that the writer holds, not yet on the disk
  std::size_t dropped_ = 0;
  bool stopping_ = false;
  std::thread writer_;
};

}  // namespace dkimkeeper

#endif  // SERVER_AUDIT_FILE_AUDIT_LOG_H_
