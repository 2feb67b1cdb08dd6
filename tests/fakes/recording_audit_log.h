// An audit log that a test can read.
#ifndef TESTS_FAKES_RECORDING_AUDIT_LOG_H_
#define TESTS_FAKES_RECORDING_AUDIT_LOG_H_

#include <mutex>
#include <utility>
#include <vector>

#include "server/audit/audit_log.h"

namespace dkimkeeper {

// Thread-safe.
class RecordingAuditLog final : public AuditLog {
 public:
  void Append(AuditEntry entry) noexcept override {
    const std::lock_guard lock(mutex_);
    entries_.push_back(std::move(entry));
  }
  // In order of arrival.
  [[nodiscard]] std::vector<AuditEntry> entries() const {
    const std::lock_guard lock(mutex_);
    return entries_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<AuditEntry> entries_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_RECORDING_AUDIT_LOG_H_
