// The daemon's audit log with all that belongs to it: writer, checkpoints, what looks after them.
#ifndef SERVER_AUDIT_AUDIT_TRAIL_H_
#define SERVER_AUDIT_AUDIT_TRAIL_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "proto/base/ticker.h"
#include "server/audit/audit_notary.h"
#include "server/audit/audit_writer.h"
#include "server/audit/segment_log.h"
#include "server/audit/syslog_socket.h"

namespace dkimkeeper {

// For Status. A value.
struct AuditStatus {
  std::string origin;
  bool durable = false;
  AuditState log;
  NotaryState notary;
};

// Thread-safe, but for its begin and end.
class AuditTrail {
 public:
  struct Options {
    SegmentLog::Options log;
    AuditWriter::Options writer;
    std::string token;  // as AuditKey takes it
    std::chrono::milliseconds checkpoint_interval = std::chrono::minutes(1);
    bool forward_to_syslog = false;
  };
  struct Parts {
    KeyStore& store;
    AlarmBoard& alarms;
    Metrics& metrics;
    const Clock& clock;
  };

  // All must outlive this. Errors of SegmentLog::Open and the store.
  [[nodiscard]] static Result<std::unique_ptr<AuditTrail>> Open(const Parts& parts,
                                                                const Options& options);

  // Has checkpoints signed while it lives: soon, at intervals, and at its end, after a last record.
  class Sealing {
   public:
    explicit Sealing(AuditTrail& trail) : trail_(trail) {}
    Sealing(const Sealing&) = delete;
    Sealing& operator=(const Sealing&) = delete;
    ~Sealing() { trail_.EndSealing(); }

   private:
    AuditTrail& trail_;
  };
  // Once. `tokens` must outlive the sealing.
  [[nodiscard]] Sealing StartSealing(const Tokens& tokens);

  [[nodiscard]] AuditLog& log() { return writer_; }
  [[nodiscard]] AuditStatus Status() const;

 private:
  AuditTrail(const Parts& parts, const Options& options, std::unique_ptr<SegmentLog> log);
  [[nodiscard]] AuditWriter::ForwardRecord Forwarding();
  void SealWhenDue();
  void EndSealing();

  const Parts parts_;
  const Options options_;
  SyslogSocket syslog_;  // used by the writer's thread only
  AuditWriter writer_;
  const Ticker watch_;  // that the disk answers
  std::optional<AuditNotary> notary_;
  std::chrono::steady_clock::time_point next_seal_;
  std::optional<Ticker> sealing_;
};

}  // namespace dkimkeeper

#endif  // SERVER_AUDIT_AUDIT_TRAIL_H_
