#include "server/audit/audit_trail.h"

#include <algorithm>
#include <utility>

#include "server/audit/audit_line.h"

namespace dkimkeeper {
namespace {

// Several times in the patience with a disk.
constexpr std::chrono::milliseconds kLook{200};
// How soon the first checkpoint is signed. Not within the start: a token may hang.
constexpr std::chrono::milliseconds kSealTick{1000};

}  // namespace

Result<std::unique_ptr<AuditTrail>> AuditTrail::Open(const Parts& parts, const Options& options) {
  const auto known = KnownCheckpoints(options.log.folder, parts.store, options.log.origin);
  if (!known) return Forward(known);
  auto log = SegmentLog::Open(options.log, *known);
  if (!log) return Forward(log);
  return std::unique_ptr<AuditTrail>(new AuditTrail(parts, options, *std::move(log)));
}

AuditTrail::AuditTrail(const Parts& parts, const Options& options, std::unique_ptr<SegmentLog> log)
    : parts_(parts),
      options_(options),
      writer_(std::move(log), options.writer, parts.alarms, parts.metrics, parts.clock,
              Forwarding()),
      watch_(kLook, [this] { writer_.Look(); }) {}

AuditWriter::ForwardRecord AuditTrail::Forwarding() {
  if (!options_.forward_to_syslog) return {};
  return [this](const AuditEntry& entry) { (void)syslog_.Send(RenderAuditLine(entry)); };
}

AuditTrail::Sealing AuditTrail::StartSealing(const Tokens& tokens) {
  notary_.emplace(AuditNotary::Parts{writer_, tokens, parts_.store, parts_.alarms, parts_.metrics,
                                     parts_.clock},
                  AuditNotary::Options{options_.log.folder, options_.log.origin, options_.token});
  next_seal_ = parts_.clock.Steady();
  sealing_.emplace(std::min(options_.checkpoint_interval, kSealTick), [this] { SealWhenDue(); });
  return Sealing(*this);
}

void AuditTrail::SealWhenDue() {
  if (parts_.clock.Steady() < next_seal_) return;
  next_seal_ = parts_.clock.Steady() + options_.checkpoint_interval;
  notary_->Checkpoint();
}

void AuditTrail::EndSealing() {
  sealing_.reset();
  writer_.Append({.at = std::chrono::floor<std::chrono::microseconds>(parts_.clock.Now()),
                  .act = "audit.closed",
                  .result = "ok"});
  writer_.Flush();
  if (notary_) notary_->Checkpoint();
}

AuditStatus AuditTrail::Status() const {
  return {.origin = options_.log.origin,
          .durable = options_.writer.durable,
          .log = writer_.State(),
          .notary = notary_ ? notary_->State() : NotaryState()};
}

}  // namespace dkimkeeper
