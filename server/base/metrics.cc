#include "server/base/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;

using CountersByCode = std::map<std::string, Counter*, std::less<>>;
using CountersByMethodAndCode = std::map<std::string, CountersByCode, std::less<>>;

constexpr std::string_view kOk = "ok";

// Seconds. From 10 µs, where an Ed25519 signature in memory is, to the time limit of a sick token.
Histogram::BucketBoundaries Buckets() {
  return {10e-6, 25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3,
          10e-3, 25e-3, 50e-3, 100e-3, 250e-3, 500e-3, 1.0,  2.5,    5.0};
}

double Seconds(std::chrono::nanoseconds span) {
  return std::chrono::duration<double>(span).count();
}

Histogram& AddHistogram(Registry& registry, const std::string& name, const std::string& help) {
  return BuildHistogram().Name(name).Help(help).Register(registry).Add({}, Buckets());
}

Gauge& AddGauge(Registry& registry, const std::string& name, const std::string& help) {
  return BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

Counter& AddCounter(Registry& registry, const std::string& name, const std::string& help) {
  return BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

// Counters of somebody else's.
class Elsewhere final : public prometheus::Collectable {
 public:
  Elsewhere(std::string name, std::string help,
            std::function<std::vector<Metrics::Sample>()> source)
      : name_(std::move(name)), help_(std::move(help)), source_(std::move(source)) {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override {
    prometheus::MetricFamily family{name_, help_, prometheus::MetricType::Counter, {}};
    for (const Metrics::Sample& sample : source_()) {
      prometheus::ClientMetric& metric = family.metric.emplace_back();
      for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
      metric.counter.value = static_cast<double>(sample.value);
    }
    return {std::move(family)};
  }

 private:
  const std::string name_, help_;
  const std::function<std::vector<Metrics::Sample>()> source_;
};

}  // namespace

struct Metrics::Families {
  Counter& Signed(Algorithm algorithm, std::string_view result) {
    return signatures.Add(
        {{"algorithm", std::string(AlgorithmName(algorithm))}, {"result", std::string(result)}});
  }

  const std::shared_ptr<Registry> registry = std::make_shared<Registry>();
  Family<Counter>& signatures = BuildCounter()
                                    .Name("dkimkeeper_signatures_total")
                                    .Help("Signatures asked for, by algorithm and result")
                                    .Register(*registry);
  // The hot path keeps its counters: a look-up by labels allocates and locks.
  Counter& signed_rsa = Signed(Algorithm::kRsaSha256, kOk);
  Counter& signed_ed25519 = Signed(Algorithm::kEd25519Sha256, kOk);
  Histogram& queue_time = AddHistogram(*registry, "dkimkeeper_queue_seconds",
                                       "Time a signature waited for a session of the token");
  Histogram& token_time =
      AddHistogram(*registry, "dkimkeeper_token_seconds", "Time a signature took in the token");
  Gauge& queue_depth = AddGauge(*registry, "dkimkeeper_queue_depth", "Signatures that wait now");
  Family<Gauge>& alarms =
      BuildGauge().Name("dkimkeeper_alarms").Help("Alarms that stand, by name").Register(*registry);
  Counter& audit_dropped = AddCounter(*registry, "dkimkeeper_audit_dropped_total",
                                      "Audit records that there was no room for");
  Counter& audited =
      AddCounter(*registry, "dkimkeeper_audit_records_total", "Audit records on the disk");
  Gauge& audit_waiting = AddGauge(*registry, "dkimkeeper_audit_waiting", "Audit records in memory");
  Histogram& audit_write = AddHistogram(*registry, "dkimkeeper_audit_write_seconds",
                                        "Time a batch of audit records took to the disk");
  Counter& checkpoints = AddCounter(*registry, "dkimkeeper_audit_checkpoints_total",
                                    "Signed tree heads of the audit log");
  Family<Counter>& requests = BuildCounter()
                                  .Name("dkimkeeper_requests_total")
                                  .Help("gRPC calls, by method and code")
                                  .Register(*registry);
  std::mutex requests_mutex;
  CountersByMethodAndCode requests_known;
  std::vector<std::shared_ptr<Elsewhere>> elsewhere;
  std::unique_ptr<prometheus::Exposer> exposer;  // last: its threads end before what they show
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

Result<std::uint16_t> Metrics::Serve(const std::string& address) {
  try {
    families_->exposer = std::make_unique<prometheus::Exposer>(address);
    families_->exposer->RegisterCollectable(families_->registry);
    for (const auto& one : families_->elsewhere) families_->exposer->RegisterCollectable(one);
    return static_cast<std::uint16_t>(families_->exposer->GetListeningPorts().at(0));
  } catch (const std::exception& failure) {
    return Fail(Code::kUnavailable, reason::kBadConfig,
                "cannot serve metrics on " + address + " (" + failure.what() +
                    "): choose a free address in [metrics] listen");
  }
}

void Metrics::CountSignature(Algorithm algorithm, std::string_view result) {
  if (result != kOk) {
    families_->Signed(algorithm, result).Increment();
    return;
  }
  switch (algorithm) {
    case Algorithm::kRsaSha256:
      return families_->signed_rsa.Increment();
    case Algorithm::kEd25519Sha256:
      return families_->signed_ed25519.Increment();
  }
}

void Metrics::ObserveQueueTime(std::chrono::nanoseconds waited) {
  families_->queue_time.Observe(Seconds(waited));
}

void Metrics::ObserveTokenTime(std::chrono::nanoseconds spent) {
  families_->token_time.Observe(Seconds(spent));
}

void Metrics::SetQueueDepth(std::size_t waiting) {
  families_->queue_depth.Set(static_cast<double>(waiting));
}

void Metrics::SetAlarms(std::string_view name, std::size_t standing) {
  families_->alarms.Add({{"name", std::string(name)}}).Set(static_cast<double>(standing));
}

void Metrics::CountAudited(std::size_t records) {
  families_->audited.Increment(static_cast<double>(records));
}

void Metrics::CountAuditDrop() { families_->audit_dropped.Increment(); }

void Metrics::SetAuditWaiting(std::size_t records) {
  families_->audit_waiting.Set(static_cast<double>(records));
}

void Metrics::ObserveAuditWrite(std::chrono::nanoseconds spent) {
  families_->audit_write.Observe(Seconds(spent));
}

void Metrics::CountCheckpoint() { families_->checkpoints.Increment(); }

void Metrics::CountRequest(std::string_view method, std::string_view code) {
  const std::lock_guard lock(families_->requests_mutex);
  auto codes = families_->requests_known.find(method);
  if (codes == families_->requests_known.end()) {
    codes = families_->requests_known.try_emplace(std::string(method)).first;
  }
  auto counter = codes->second.find(code);
  if (counter == codes->second.end()) {
    Counter& added =
        families_->requests.Add({{"method", std::string(method)}, {"code", std::string(code)}});
    counter = codes->second.emplace(std::string(code), &added).first;
  }
  counter->second->Increment();
}

void Metrics::ShowCounter(std::string name, std::string help,
                          std::function<std::vector<Sample>()> source) {
  families_->elsewhere.push_back(
      std::make_shared<Elsewhere>(std::move(name), std::move(help), std::move(source)));
}

std::string Metrics::Render() const {
  std::vector<prometheus::MetricFamily> all = families_->registry->Collect();
  for (const auto& one : families_->elsewhere)
    std::ranges::move(one->Collect(), std::back_inserter(all));
  return prometheus::TextSerializer().Serialize(all);
}

}  // namespace dkimkeeper
