// What the daemon counts, for Prometheus.
#ifndef SERVER_BASE_METRICS_H_
#define SERVER_BASE_METRICS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/dkim/algorithm.h"
#include "proto/result.h"

namespace dkimkeeper {

// The daemon's measurements and, where asked for, the HTTP endpoint that shows them. Thread-safe.
// Counting costs some ten nanoseconds and takes no lock on the path of a successful signature.
//
//   dkimkeeper_signatures_total{algorithm,result}   result: `ok` or a reason of proto/reason.h
//   dkimkeeper_queue_seconds                        histogram from 10 µs: waiting for a session
//   dkimkeeper_token_seconds                        histogram from 10 µs: inside the token
//   dkimkeeper_queue_depth                          signatures that wait now
//   dkimkeeper_alarms{name}                         alarms that stand
//   dkimkeeper_audit_records_total                  audit records on the disk
//   dkimkeeper_audit_dropped_total                  audit records that there was no room for
//   dkimkeeper_audit_waiting                        audit records in memory
//   dkimkeeper_audit_write_seconds                  histogram from 10 µs: writing and syncing a
//   batch dkimkeeper_audit_checkpoints_total              signed tree heads of the audit log
//   dkimkeeper_requests_total{method,code}          gRPC calls by method and gRPC code name
//   dkimkeeper_identity_signatures_total{identity}  of 1,000 identities, and of all "other"
//   dkimkeeper_identity_refused_total{identity}     the same, "" being callers without one
//   dkimkeeper_refused_total{reason}                failed calls and signatures, by reason
class Metrics {
 public:
  // Counts, and shows it to nobody but Render().
  Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  ~Metrics();

  // Serves http://ADDRESS/metrics from threads of its own until destruction; call it once, after
  // the last fork. `address` is `127.0.0.1:9464`; port 0 takes a free one. It answers the port.
  // UNAVAILABLE/BAD_CONFIG: the address cannot be bound.
  [[nodiscard]] Result<std::uint16_t> Serve(const std::string& address);

  // `result` comes from a small fixed set, never from a caller: each value is a time series.
  void CountSignature(Algorithm algorithm, std::string_view result);
  void ObserveQueueTime(std::chrono::nanoseconds waited);
  void ObserveTokenTime(std::chrono::nanoseconds spent);
  void SetQueueDepth(std::size_t waiting);
  void SetAlarms(std::string_view name, std::size_t standing);
  void CountAudited(std::size_t records);
  void CountAuditDrop();
  void SetAuditWaiting(std::size_t records);
  void ObserveAuditWrite(std::chrono::nanoseconds spent);
  void CountCheckpoint();
  // `method` is a name of the API (`Signing.SignDigest`), `code` a gRPC code name (`OK`).
  void CountRequest(std::string_view method, std::string_view code);

  // A counter that is kept elsewhere, asked at each look and from any thread. Call it before Serve;
  // what `source` uses must outlive this.
  struct Sample {
    std::vector<std::pair<std::string, std::string>> labels;
    std::uint64_t value;
  };
  void ShowCounter(std::string name, std::string help, std::function<std::vector<Sample>()> source);

  // Everything in the Prometheus text format 0.0.4, as /metrics answers it.
  [[nodiscard]] std::string Render() const;

 private:
  struct Families;  // keeps prometheus-cpp out of this header
  const std::unique_ptr<Families> families_;
};

}  // namespace dkimkeeper

#endif  // SERVER_BASE_METRICS_H_
