// The audit log in segments: a thread that writes what has gathered, and syncs it, together.
#ifndef SERVER_AUDIT_AUDIT_WRITER_H_
#define SERVER_AUDIT_AUDIT_WRITER_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "proto/base/clock.h"
#include "server/audit/audit_log.h"
#include "server/audit/segment_log.h"
#include "server/base/alarms.h"
#include "server/base/metrics.h"

namespace dkimkeeper {

// How the log is. A value.
struct AuditState {
  bool writable = true;
  std::string problem;        // why not; empty where it is
  std::uint64_t records = 0;  // on the disk
  std::size_t waiting = 0;    // records in memory
  std::uint64_t dropped = 0;  // since the start: there was no room for them
};

// Thread-safe. What nobody waits for gathers for `buffer`; what somebody waits for is written at
// once, with all that gathered meanwhile. When writing fails, or the disk does not answer for
// `patience`, the alarm `audit.failing` stands, nobody waits any more, up to `spool` records stay
// in memory, and each `retry` the disk is tried again. A segment that was touched is the alarm
// `audit.damaged`, and on record; so is what had no room (`audit.dropped`).
class AuditWriter final : public AuditLog {
 public:
  struct Options {
    bool durable = false;               // signatures wait for their records
    bool stop_when_unwritable = false;  // signatures stop with the log
    std::chrono::milliseconds buffer{50};
    std::size_t spool = 65'536;
    std::chrono::milliseconds retry{1000};
    std::chrono::milliseconds patience{3000};  // a disk under load takes a second now and then
  };
  // Gets each record that is on the disk, on the writer's thread.
  using ForwardRecord = std::function<void(const AuditEntry& entry)>;

  // All must outlive this. The first record says that the log was opened, and what was found.
  AuditWriter(std::unique_ptr<SegmentLog> log, const Options& options, AlarmBoard& alarms,
              Metrics& metrics, const Clock& clock, ForwardRecord forward = {});
  // Writes what waits, once.
  ~AuditWriter() override;

  void Append(AuditEntry entry) noexcept override;
  void Append(AuditEntry entry, Awaited awaited, Done done) noexcept override;
  [[nodiscard]] bool HoldsSignatures() const noexcept override { return options_.durable; }
  [[nodiscard]] Outcome AdmitsSignature() const override;

  // Until all that was appended before is on the disk, or that cannot be done now.
  void Flush();
  // Looks whether the disk still answers: to be called several times in `patience`.
  void Look();

  [[nodiscard]] AuditState State() const;
  // Of what is on the disk.
  [[nodiscard]] CompactRange Tree() const;

 private:
  struct Held {
    std::size_t index;  // of its record, in `waiting_` or in `batch_`
    Awaited awaited;
    Done done;
  };
  using HeldList = std::vector<Held>;
  using Lock = std::unique_lock<std::mutex>;

  void Run();
  void Gather(Lock& lock);
  void TakeLocked();
  [[nodiscard]] Outcome WriteBatch();
  void NoteLoss();
  void Settle(Lock& lock, const Outcome& written);
  // Nobody waits for these records any more, which are not on the disk.
  void ForsakeLocked(std::vector<AuditEntry>& entries, const HeldList& held);
  void Release(const HeldList& held, const Outcome& written) const;
  void Report(const Outcome& written);
  void Expire();
  [[nodiscard]] bool IsFullLocked() const { return waiting_.size() + taken_ >= options_.spool; }
  void DropLocked();
  [[nodiscard]] AuditEntry Note(std::string act, std::string detail) const;
  void RecordOpening();

  const Options options_;
  AlarmBoard& alarms_;
  Metrics& metrics_;
  const Clock& clock_;
  const ForwardRecord forward_;

  // Of the writing thread.
  const std::unique_ptr<SegmentLog> log_;
  std::vector<AuditEntry> batch_;  // taken, not on the disk
  bool outage_noted_ = false;
  std::vector<std::filesystem::path> expired_;
  std::optional<std::chrono::steady_clock::time_point> looked_for_expired_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable settled_;
  std::vector<AuditEntry> waiting_;
  HeldList waiting_held_;
  HeldList batch_held_;
  std::size_t taken_ = 0;      // the records in batch_
  std::size_t undropped_ = 0;  // dropped, not on record yet
  std::optional<std::chrono::steady_clock::time_point> write_began_;
  bool hurry_ = false;
  bool stopping_ = false;
  AuditState state_;
  CompactRange tree_;
  std::thread writer_;
};

}  // namespace dkimkeeper

#endif  // SERVER_AUDIT_AUDIT_WRITER_H_
