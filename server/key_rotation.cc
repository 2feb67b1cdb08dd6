#include "server/key_rotation.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "server/dns/check_text.h"
#include "server/dns/delegation.h"
#include "server/startup.h"

namespace dkimkeeper {
namespace {

// As whom the journal knows the executor. No socket has this identity: its name is taken.
constexpr std::string_view kExecutor = "unix:dkimkeeperd";

// What an emergency waits for other daemons, at most: they beat each second.
constexpr std::chrono::seconds kAcknowledgeLimit{3};

std::string CnameTargetOf(const Config& config, const Selector& selector, const std::string& label,
                          std::string_view publisher) {
  const auto found = std::ranges::find(config.publishers, publisher, &PublisherOptions::name);
  if (found == config.publishers.end()) return {};
  const auto* cname = std::get_if<CnameOptions>(&found->how);
  if (cname == nullptr) return {};
  return DelegationTarget(selector, label, cname->zone).value_or(std::string());
}

}  // namespace

KeyRotation::KeyRotation(const Parts& parts, std::unique_ptr<ConfiguredPublishers> publishers)
    : parts_(parts),
      publishers_(std::move(publishers)),
      checker_(dns_, DnsOptionsOf(parts.config.dns)),
      heartbeat_(parts.store, parts.registry, parts.clock,
                 {DaemonName(parts.config), parts.config.store.snapshot_max_age}),
      agents_(parts.store),
      lease_(parts.store, DaemonName(parts.config), parts.clock),
      outlook_(PartsOfOutlook()),
      rotation_(PartsOfRotation()),
      desk_(*this) {}

Outlook::Parts KeyRotation::PartsOfOutlook() {
  return {
      .policy = PolicyOf(parts_.config.policy),
      .tokens = parts_.tokens,
      .attempts = attempts_,
      .acknowledged = [this] { return heartbeat_.Acknowledged(); },
      .agents = [this] { return agents_.Get(); },
      .check_publisher = [this](std::string_view name) -> Outcome {
        const auto found = publishers_->Find(name);
        if (!found) return Forward(found);
        return {};
      },
      .cname_target =
          [this](const Selector& selector, const std::string& label, std::string_view publisher) {
            return CnameTargetOf(parts_.config, selector, label, publisher);
          }};
}

RotationParts KeyRotation::PartsOfRotation() {
  return {.registry = parts_.registry,
          .store = parts_.store,
          .lease = lease_,
          .tokens = parts_.tokens,
          .operations = parts_.operations,
          .checker = checker_,
          .render_check = WriteCheckText,
          .publishers = *publishers_,
          .attempts = attempts_,
          .alarms = parts_.alarms,
          .events = parts_.events,
          .journal = parts_.journal,
          .identity = *Identity::Parse(kExecutor),
          .clock = parts_.clock,
          .policy = PolicyOf(parts_.config.policy),
          .acknowledged = [this] { return heartbeat_.Acknowledged(); },
          .slowest_clock = [this] { return heartbeat_.SlowestClock(); },
          .agents = [this] { return agents_.Get(); }};
}

Result<std::unique_ptr<KeyRotation>> KeyRotation::Make(const Parts& parts) {
  auto publishers =
      ConfiguredPublishers::Make(parts.config.publishers, parts.commands, parts.clock);
  if (!publishers) return Forward(publishers);
  std::unique_ptr<KeyRotation> made(new KeyRotation(parts, *std::move(publishers)));
  if (const auto beaten = made->heartbeat_.Beat(); !beaten) return Forward(beaten);
  return made;
}

Daemons KeyRotation::daemons() {
  return {.own_name = DaemonName(parts_.config),
          .alive = [this] { return heartbeat_.Alive(); },
          .is_executor = [this] { return lease_.Fence().has_value(); },
          .await_acknowledged =
              [this](std::uint64_t generation) {
                Beat();  // nobody need wait for this one's next second
                return heartbeat_.AwaitAcknowledged(generation,
                                                    parts_.clock.Steady() + kAcknowledgeLimit);
              }};
}

void KeyRotation::Start() {
  loop_ = std::make_unique<RotationLoop>(
      RotationLoop::Parts{rotation_, parts_.registry, lease_, parts_.tokens, parts_.clock},
      RotationLoop::Options{});
}

void KeyRotation::Stop() {
  if (loop_) loop_->Stop();
}

void KeyRotation::Beat() {
  const auto now = ToTimestamp(parts_.clock.Now());
  const auto beaten = heartbeat_.Beat().and_then([&] { return agents_.Exchange(now); });
  if (!beaten) {
    parts_.alarms.Raise("store.away", "store", beaten.error().message, parts_.clock.Now());
  } else {
    parts_.alarms.Clear("store.away", "store", parts_.clock.Now());
  }
  parts_.registry.NoteTime(ToTimestamp(parts_.clock.Now()));
}

}  // namespace dkimkeeper
