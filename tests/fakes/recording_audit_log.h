// An audit log that a test can read.
#ifndef TESTS_FAKES_RECORDING_AUDIT_LOG_H_
#define TESTS_FAKES_RECORDING_AUDIT_LOG_H_

#include <mutex>
#include <utility>
#include <vector>

#include "server/audit/audit_log.h"

namespace dkimkeeper {

// Thread-safe. What waits for its record goes on at once, unless the test holds it or the log
// cannot be written.
class RecordingAuditLog final : public AuditLog {
 public:
  void Append(AuditEntry entry) noexcept override {
    const std::lock_guard lock(mutex_);
    entries_.push_back(std::move(entry));
  }
  void Append(AuditEntry entry, Awaited awaited, Done done) noexcept override {
    Outcome written;
    {
      const std::lock_guard lock(mutex_);
      if (holds_ && awaited == Awaited::kSignature) {
        entries_.push_back(std::move(entry));
        held_.push_back(std::move(done));
        return;
      }
      written = unwritable_;
      if (written) entries_.push_back(std::move(entry));
    }
    done(written);
  }
  [[nodiscard]] bool HoldsSignatures() const noexcept override { return holds_; }
  [[nodiscard]] Outcome AdmitsSignature() const override { return unwritable_; }

  // To be called before the first entry.
  void HoldSignatures() { holds_ = true; }
  void Fail(Error error) { unwritable_ = tl::unexpected(std::move(error)); }

  // Lets the signatures go that are held now.
  void Release(const Outcome& written) {
    std::vector<Done> held;
    {
      const std::lock_guard lock(mutex_);
      held.swap(held_);
    }
    for (const Done& done : held) done(written);
  }
  [[nodiscard]] std::size_t held() const {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }

  // In order of arrival.
  [[nodiscard]] std::vector<AuditEntry> entries() const {
    const std::lock_guard lock(mutex_);
    return entries_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<AuditEntry> entries_;
  std::vector<Done> held_;
  bool holds_ = false;
  Outcome unwritable_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_RECORDING_AUDIT_LOG_H_
