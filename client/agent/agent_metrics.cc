#include "client/agent/agent_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <exception>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// Seconds. From a signature on the next host to the time budget of a message.
prometheus::Histogram::BucketBoundaries Buckets() {
  return {250e-6, 500e-6, 1e-3,   2.5e-3, 5e-3, 10e-3, 25e-3,
          50e-3,  100e-3, 250e-3, 0.5,    1.0,  2.5,   5.0};
}

}  // namespace

struct AgentMetrics::Families {
  const std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  prometheus::Family<prometheus::Counter>& messages =
      prometheus::BuildCounter()
          .Name("dkimkeeper_agent_messages_total")
          .Help("Messages, by origin and what was done with them")
          .Register(*registry);
  prometheus::Family<prometheus::Counter>& risks =
      prometheus::BuildCounter()
          .Name("dkimkeeper_agent_transit_risks_total")
          .Help("Signed messages that a later mail server may change, by what it would change")
          .Register(*registry);
  prometheus::Family<prometheus::Counter>& programs =
      prometheus::BuildCounter()
          .Name("dkimkeeper_agent_program_calls_total")
          .Help("Calls of local programs, by call and what came of it")
          .Register(*registry);
  prometheus::Family<prometheus::Counter>& opendkim =
      prometheus::BuildCounter()
          .Name("dkimkeeper_agent_opendkim_updates_total")
          .Help("Changes of OpenDKIM's tables, by what came of them")
          .Register(*registry);
  prometheus::Histogram& signing = prometheus::BuildHistogram()
                                       .Name("dkimkeeper_agent_signing_seconds")
                                       .Help("Time a message waited for its signatures")
                                       .Register(*registry)
                                       .Add({}, Buckets());
  prometheus::Gauge& generation = prometheus::BuildGauge()
                                      .Name("dkimkeeper_agent_key_list_generation")
                                      .Help("Generation of the key list in use; 0: none")
                                      .Register(*registry)
                                      .Add({});
  std::unique_ptr<prometheus::Exposer> exposer;  // last: its threads end before what they show
};

AgentMetrics::AgentMetrics() : families_(std::make_unique<Families>()) {}
AgentMetrics::~AgentMetrics() = default;

Result<std::uint16_t> AgentMetrics::Serve(const std::string& address) {
  try {
    families_->exposer = std::make_unique<prometheus::Exposer>(address, 1);
    families_->exposer->RegisterCollectable(families_->registry);
    return static_cast<std::uint16_t>(families_->exposer->GetListeningPorts().at(0));
  } catch (const std::exception& failure) {
    return Fail(Code::kUnavailable, reason::kBadConfig,
                "cannot serve metrics on " + address + " (" + failure.what() +
                    "): choose a free address in [metrics] listen");
  }
}

void AgentMetrics::CountMessage(Origin origin, std::string_view action, std::string_view result) {
  families_->messages
      .Add({{"origin", std::string(OriginName(origin))},
            {"action", std::string(action)},
            {"result", std::string(result)}})
      .Increment();
}

void AgentMetrics::CountRisks(const TransitRisks& risks) {
  if (risks.eight_bit()) families_->risks.Add({{"risk", "eight_bit"}}).Increment();
  if (risks.long_line()) families_->risks.Add({{"risk", "long_line"}}).Increment();
}

void AgentMetrics::CountProgram(std::string_view call, std::string_view result) {
  families_->programs.Add({{"call", std::string(call)}, {"result", std::string(result)}})
      .Increment();
}

void AgentMetrics::CountOpenDkim(std::string_view result) {
  families_->opendkim.Add({{"result", std::string(result)}}).Increment();
}

void AgentMetrics::ObserveSigning(std::chrono::nanoseconds spent) {
  families_->signing.Observe(std::chrono::duration<double>(spent).count());
}

void AgentMetrics::SetGeneration(std::uint64_t generation) {
  families_->generation.Set(static_cast<double>(generation));
}

std::string AgentMetrics::Render() const {
  return prometheus::TextSerializer().Serialize(families_->registry->Collect());
}

}  // namespace dkimkeeper
