// What the agent counts, for Prometheus.
#ifndef CLIENT_AGENT_AGENT_METRICS_H_
#define CLIENT_AGENT_AGENT_METRICS_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "client/agent/originates.h"
#include "client/agent/transit_risks.h"
#include "proto/result.h"

namespace dkimkeeper {

// Thread-safe.
//
//   dkimkeeper_agent_messages_total{origin,action,result}  messages by what was done with them;
//       action: `accept`, `reject`, `tempfail`; result: `signed`, `aborted`, `inbound`,
//       `malformed`, `foreign_author`, `unknown_domain`, or the reason (proto/reason.h) why there
//       is no signature
//   dkimkeeper_agent_transit_risks_total{risk}             signed messages that may be changed on
//       their way, which breaks the signature; risk: `eight_bit`, `long_line`
//   dkimkeeper_agent_signing_seconds                       histogram: waiting for signatures
//   dkimkeeper_agent_program_calls_total{call,result}      calls of local programs; call: `find`,
//       `sign`; result: `found`, `signed`, or the reason why not
//   dkimkeeper_agent_opendkim_updates_total{result}        changes of OpenDKIM's tables; result:
//       `updated`, or the reason why not
//   dkimkeeper_agent_key_list_generation                   of the list that is in use; 0: none
class AgentMetrics {
 public:
  // Counts, and shows it to nobody but Render().
  AgentMetrics();
  AgentMetrics(const AgentMetrics&) = delete;
  AgentMetrics& operator=(const AgentMetrics&) = delete;
  ~AgentMetrics();

  // Serves http://ADDRESS/metrics from threads of its own until destruction; call it once. Port 0
  // takes a free one. It answers the port. UNAVAILABLE/BAD_CONFIG: the address cannot be bound.
  [[nodiscard]] Result<std::uint16_t> Serve(const std::string& address);

  // `action` and `result` come from small fixed sets: each value is a time series.
  void CountMessage(Origin origin, std::string_view action, std::string_view result);
  void CountRisks(const TransitRisks& risks);
  void CountProgram(std::string_view call, std::string_view result);
  void CountOpenDkim(std::string_view result);
  void ObserveSigning(std::chrono::nanoseconds spent);
  void SetGeneration(std::uint64_t generation);

  // Everything in the Prometheus text format 0.0.4, as /metrics answers it.
  [[nodiscard]] std::string Render() const;

 private:
  struct Families;  // keeps prometheus-cpp out of this header
  const std::unique_ptr<Families> families_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_AGENT_METRICS_H_
