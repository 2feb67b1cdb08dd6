// Who did what with which key: the record that outlives the process.
#ifndef SERVER_AUDIT_AUDIT_LOG_H_
#define SERVER_AUDIT_AUDIT_LOG_H_

#include <cstdint>
#include <functional>

#include "proto/audit/record.h"
#include "proto/result.h"

namespace dkimkeeper {

// One act, allowed or refused; the log gives it its sequence.
using AuditEntry = AuditRecord;

// Append-only. Thread-safe; never blocks on the disk.
class AuditLog {
 public:
  AuditLog() = default;
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;
  virtual ~AuditLog() = default;

  // The record of what nobody waits for. What cannot be written waits in memory, up to a bound;
  // over that it is counted, which is on record afterwards.
  virtual void Append(AuditEntry entry) noexcept = 0;

  // What waits for its record. A signature is made already and leaves when this says so; an act has
  // not begun.
  enum class Awaited : std::uint8_t { kSignature, kAct };
  using Done = std::function<void(const Outcome& written)>;

  // Calls `done` once, from any thread, perhaps before this returns; it must not block. It goes on
  // where the record is on the disk, and a signature also where the log cannot be written and its
  // policy lets signatures go on. UNAVAILABLE/AUDIT_UNWRITABLE otherwise: an act has then left no
  // record, and what is refused is to be appended.
  virtual void Append(AuditEntry entry, Awaited awaited, Done done) noexcept = 0;

  // Whether signatures wait for their records at all; if not, Append without `done` is their way.
  [[nodiscard]] virtual bool HoldsSignatures() const noexcept = 0;
  // Before the token is asked. UNAVAILABLE/AUDIT_UNWRITABLE: the log cannot be written now, and its
  // policy is that signatures stop.
  [[nodiscard]] virtual Outcome AdmitsSignature() const = 0;
};

}  // namespace dkimkeeper

#endif  // SERVER_AUDIT_AUDIT_LOG_H_
