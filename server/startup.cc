#include "server/startup.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "proto/base/process_hardening.h"
#include "proto/base/read_file.h"
#include "server/dns/configured_publishers.h"
#include "server/dns/resolv_conf.h"
#include "server/tls/tls_policy.h"

namespace dkimkeeper {
namespace {

// Null where no command is configured.
Result<std::unique_ptr<AlarmCommand>> StartAlarmCommand(const AlarmConfig& config,
                                                        EventLog& events) {
  if (config.command.empty()) return std::unique_ptr<AlarmCommand>();
  return AlarmCommand::Start({.argv = config.command, .time_limit = config.time_limit}, events);
}

// Null where no publisher has a command.
Result<std::unique_ptr<CommandRunner>> StartPublisherCommands(const Config& config) {
  auto commands = CommandsOf(config.publishers);
  if (commands.empty()) return std::unique_ptr<CommandRunner>();
  return CommandRunner::Start(std::move(commands));
}

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

// A name that a checkpoint can carry (proto/audit/checkpoint.h).
std::string OriginOf(const Config& config) {
  constexpr std::size_t kMaxOrigin = 200;
  if (!config.audit.origin.empty()) return config.audit.origin;
  // By its directory: an address that is listened on may change, the log goes on.
  std::string origin = (HostName() + config.audit.directory).substr(0, kMaxOrigin);
  std::ranges::replace_if(origin, [](char c) { return c <= ' ' || c > '~' || c == '+'; }, '-');
  return origin;
}

}  // namespace

std::string DaemonName(const Config& config) {
  if (!config.server.listen.empty()) return HostName() + "/" + config.server.listen.front().str();
  if (!config.sockets.empty()) return HostName() + config.sockets.front().path;
  return HostName();
}

AuditTrail::Options AuditOptionsOf(const Config& config) {
  const AuditConfig& audit = config.audit;
  return {.log = {.folder = audit.directory,
                  .origin = OriginOf(config),
                  .segment_size = std::uint64_t{audit.segment_size} << 20,
                  .retention = audit.retention},
          .writer = {.durable = audit.signatures == AuditedSignatures::kDurable,
                     .stop_when_unwritable = audit.when_unwritable == WhenUnwritable::kStop,
                     .buffer = audit.buffer,
                     .spool = audit.spool},
          .token = audit.token,
          .checkpoint_interval = audit.checkpoint_interval,
          .forward_to_syslog = audit.forward == AuditForward::kSyslog};
}

Result<CommandProcesses> PrepareProcess(const Config& config, EventLog& events) {
  auto alarm = StartAlarmCommand(config.alarm, events);
  if (!alarm) return Forward(alarm);
  auto publishers = StartPublisherCommands(config);
  if (!publishers) return Forward(publishers);
  if (const auto hardened = HardenProcess(); !hardened) return Forward(hardened);
  const auto versions =
      config.tls.allow_tls12 ? TlsVersions::kTls12AndTls13 : TlsVersions::kTls13Only;
  if (const auto applied = ApplyTlsPolicy(versions); !applied) return Forward(applied);
  return CommandProcesses{*std::move(alarm), *std::move(publishers)};
}

SqlStoreOptions StoreOptionsOf(const StoreConfig& config) {
  return {
      .file = config.path, .postgresql = config.postgresql, .password_file = config.password_file};
}

Result<std::set<Grant>> BootstrapGrants(const AccessConfig& config) {
  std::set<Grant> grants;
  for (const std::string& administrator : config.administrators) {
    auto identity = Identity::Parse(administrator);
    if (!identity) return Forward(identity);
    grants.insert({*std::move(identity), Verb::kAdminister, Scope::Everything()});
  }
  return grants;
}

void AlarmBrokenGlass(const AccessConfig& config, AlarmBoard& alarms, const Clock& clock) {
  if (!config.break_glass) return;
  alarms.Raise("approval.break_glass", "",
               "acts under the two-person rule need one person at this daemon; take break_glass "
               "out of its configuration and restart it when the emergency is over",
               clock.Now());
}

Result<ServedCertificates> ServeCertificates(const Config& config, AlarmBoard& alarms,
                                             const Clock& clock) {
  if (config.server.listen.empty()) return ServedCertificates();
  auto copy = PrivateCopy::Open(config.tls.private_copy);
  if (!copy) return Forward(copy);
  auto reloader = CertificateReloader::Start({.certificate = config.tls.certificate,
                                              .key = config.tls.key,
                                              .client_ca = config.tls.client_ca},
                                             **copy, alarms, clock.Now());
  if (!reloader) return Forward(reloader);
  std::vector<PinnedIssuer> pins;
  for (const TlsConfig::Pin& pin : config.tls.pins) {
    auto read = PinnedIssuer::Read(pin.identity, pin.issuer);
    if (!read) return Forward(read);
    pins.push_back(*std::move(read));
  }
  ServedCertificates served{.copy = *std::move(copy),
                            .reloader = *std::move(reloader),
                            .rules = std::make_unique<PeerRules>(std::move(pins)),
                            .revocation = nullptr};
  if (!config.tls.revocation_lists.empty()) {
    served.revocation = std::make_unique<RevocationFiles>(
        config.tls.revocation_lists, config.tls.client_ca, *served.rules, alarms, clock.Now());
  }
  return served;
}

Policy PolicyOf(const PolicyConfig& config) {
  return {.defaults = config.keys,
          .allow_activation_without_dns_proof = config.allow_activation_without_dns_proof};
}

std::chrono::milliseconds BeatInterval(const StoreConfig& config) {
  // A right that another daemon took away holds no second longer.
  constexpr std::chrono::milliseconds kMost{500};
  return std::min<std::chrono::milliseconds>(kMost, config.snapshot_max_age / 4);
}

DnsOptions DnsOptionsOf(const DnsConfig& config) {
  constexpr std::size_t kMaxResolvConf = std::size_t{64} << 10;
  DnsOptions options = config.options;
  if (!config.host_resolvers) return options;
  const auto text = ReadFile("/etc/resolv.conf", kMaxResolvConf);
  if (text) options.resolvers = ResolvConfServers(*text);
  return options;
}

AlarmBoard::Hooks AlarmHooks(Metrics& metrics, AlarmCommand* command) {
  AlarmBoard::Hooks hooks;
  hooks.count_changed = [&metrics](std::string_view name, std::size_t standing) {
    metrics.SetAlarms(name, standing);
  };
  if (command != nullptr) {
    hooks.raised = [command](const Alarm& alarm) { return command->Send(alarm); };
  }
  return hooks;
}

Outcome ServeMetrics(const MetricsConfig& config, Metrics& metrics, EventLog& events) {
  if (!config.listen) return {};
  const std::string& address = config.listen->str();
  const auto port = metrics.Serve(address);
  if (!port) return Forward(port);
  events.Info("metrics.listening",
              {{"address", address.substr(0, address.rfind(':') + 1) + std::to_string(*port)}});
  return {};
}

std::function<void(const Key&)> QuarantineOn(WorkQueue& changes, KeyOperations& operations,
                                             AlarmBoard& alarms, const Clock& clock) {
  return [&](const Key& key) {
    alarms.Raise("key.changed", NameOf(key),
                 "the token holds another key under this id; it is quarantined: rotate, and look "
                 "into who wrote to the token",
                 clock.Now());
    // A full queue loses nothing: the key is refused at each signature and comes here again.
    (void)changes.Submit([&operations, key] { (void)operations.Quarantine(key); });
  };
}

std::function<void(const Authorized&)> TellFirstUse(EventLog& events) {
  return [&events](const Authorized& authorized) {
    const Grant& grant = authorized.grant()->grant;
    events.Info("grant.first_used", {{"identity", authorized.identity().str()},
                                     {"holder", grant.identity.str()},
                                     {"scope", grant.scope.ToString()}});
  };
}

void ShowActivity(const Activity& activity, Metrics& metrics) {
  using Samples = std::vector<Metrics::Sample>;
  const auto by_identity = [&activity](auto count) {
    return [&activity, count] {
      const Activity::Picture picture = activity.Now();
      Samples samples{{{{"identity", "other"}}, count(picture.others)}};
      for (const auto& [identity, own] : picture.identities) {
        samples.push_back({{{"identity", identity}}, count(own)});
      }
      return samples;
    };
  };
  metrics.ShowCounter("dkimkeeper_identity_signatures_total", "Signatures made, by identity",
                      by_identity([](const IdentityActivity& own) { return own.signatures; }));
  metrics.ShowCounter("dkimkeeper_identity_refused_total",
                      "Failed calls and signatures, by identity",
                      by_identity([](const IdentityActivity& own) { return own.refusals(); }));
  metrics.ShowCounter("dkimkeeper_refused_total", "Failed calls and signatures, by reason",
                      [&activity] {
                        const Activity::Picture picture = activity.Now();
                        auto all = picture.others.refused;
                        for (const auto& [identity, own] : picture.identities) {
                          for (const auto& [reason, count] : own.refused) all[reason] += count;
                        }
                        Samples samples;
                        for (const auto& [reason, count] : all) {
                          samples.push_back({{{"reason", reason}}, count});
                        }
                        return samples;
                      });
}

std::deque<Ticker> WatchHealth(const Tokens& tokens, Reconciliations& reconciliations,
                               Listeners& listeners) {
  std::deque<Ticker> tickers;
  for (const ServedToken& token : tokens) {
    const auto look = [&] {
      const bool ready = token.health.Look();
      listeners.SetServing(token.name, ready);
      reconciliations.Checked(token, ready);
    };
    look();
    tickers.emplace_back(kHealthInterval, look);
  }
  return tickers;
}

}  // namespace dkimkeeper
