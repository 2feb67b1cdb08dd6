// dkimkeeperd: the one place where the parts are put together.
#include <absl/synchronization/mutex.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <utility>

#include "hsm/launcher/split_process.h"
#include "proto/base/ticker.h"
#include "server/audit/audit_trail.h"
#include "server/command_line.h"
#include "server/config/parse.h"
#include "server/dns/check_text.h"
#include "server/key_rotation.h"
#include "server/launch_options.h"
#include "server/lifecycle/reconciliations.h"
#include "server/remote_tokens.h"
#include "server/rpc/listeners.h"
#include "server/shutdown_signal.h"
#include "server/startup.h"
#include "server/stop_order.h"
#include "server/store/sql_approvals.h"
#include "server/store_copy.h"
#include "server/tokens/served_tokens.h"

namespace dkimkeeper {
namespace {

// Serves until `stop`. Objects are made in the order in which they lean on each other, and go in
// the reverse order.
Outcome Serve(const Config& config, launcher::LauncherLink link, const ShutdownSignal& stop,
              EventLog& events) {
  const SystemClock clock;
  const auto commands = PrepareProcess(config, events);
  if (!commands) return Forward(commands);
  const auto bootstrap = BootstrapGrants(config.access);
  if (!bootstrap) return Forward(bootstrap);

  Activity activity;
  Metrics metrics;
  ShowActivity(activity, metrics);
  AlarmBoard alarms(events, AlarmHooks(metrics, commands->alarm.get()));
  const auto store = OpenSqlStore(StoreOptionsOf(config.store));
  if (!store) return Forward(store);
  const auto approvals = OpenSqlApprovals(StoreOptionsOf(config.store));
  if (!approvals) return Forward(approvals);
  const auto registry = Registry::Open(**store, *bootstrap);
  if (!registry) return Forward(registry);
  const auto audit = AuditTrail::Open({**store, alarms, metrics, clock}, AuditOptionsOf(config));
  if (!audit) return Forward(audit);

  launcher::LauncherClient launcher(std::move(link), config.tokens.size());
  const auto remotes = StartTokens(config.tokens, launcher, **registry, alarms, clock, events);
  // Nobody waits longer for a token that hangs or is away, be it during the start.
  StopOrder order(stop, config.server.shutdown_grace, [&] {
    for (const auto& remote : remotes) remote->Stop();
  });
  if (const auto awaited = AwaitTokens(config.tokens, remotes, clock); !awaited) return awaited;
  ServedTokens served(ServedAs(config, remotes), alarms, clock);
  const Tokens& tokens = served.all();

  const auto sealing = (*audit)->StartSealing(tokens);
  Journal journal(events, (*audit)->log(), clock);
  KeyOperations operations({**registry, tokens, journal, clock, PolicyOf(config.policy)});
  Reconciliations reconciliations({**registry, tokens, operations, alarms, events, clock});
  reconciliations.RunWhereReady();
  const auto certificates = ServeCertificates(config, alarms, clock);
  if (!certificates) return Forward(certificates);

  const auto rotation = KeyRotation::Make({config, commands->publishers.get(), **registry, **store,
                                           tokens, operations, journal, alarms, events, clock});
  if (!rotation) return Forward(rotation);
  CallQueues queues;
  Signer signer({tokens, (*audit)->log(), metrics, activity, clock,
                 QuarantineOn(queues.changes, operations, alarms, clock), TellFirstUse(events)});
  Quotas quotas;
  const Daemons daemons = (*rotation)->daemons();
  AlarmBrokenGlass(config.access, alarms, clock);
  const ApprovalGate gate(
      {**registry, **approvals, (*rotation)->outlook(), journal, clock, config.access.break_glass});
  const Service service{**registry,
                        signer,
                        quotas,
                        operations,
                        journal,
                        **audit,
                        tokens,
                        reconciliations,
                        (*rotation)->outlook(),
                        (*rotation)->desk(),
                        **store,
                        **approvals,
                        gate,
                        ReadCheckText,
                        alarms,
                        metrics,
                        activity,
                        clock,
                        queues,
                        daemons,
                        (*rotation)->agents(),
                        config};
  std::optional<Listeners::Tls> tls;
  if (certificates->copy) tls.emplace(certificates->copy->paths(), *certificates->rules);
  const auto listeners = Listeners::Start(service, tls ? &*tls : nullptr, events);
  if (!listeners) return Forward(listeners);
  if (const auto shown = ServeMetrics(config.metrics, metrics, events); !shown) return shown;
  {
    const auto health_tickers = WatchHealth(tokens, reconciliations, **listeners);
    const Ticker tls_ticker(config.tls.reload, [&] {
      if (certificates->reloader) (void)certificates->reloader->CheckNow(clock.Now());
    });
    // A revoked certificate is refused within a second.
    const Ticker revocation_ticker(std::chrono::milliseconds(250), [&] {
      if (certificates->revocation) certificates->revocation->CheckNow(clock.Now());
      if (certificates->rules) certificates->rules->NoteTime(clock.Now());
    });
    const Ticker store_ticker(BeatInterval(config.store), [&] { (*rotation)->Beat(); });
    (*rotation)->Start();
    events.Info("server.started", {{"version", DKIMKEEPER_VERSION}});
    events.Info("server.stopping", {{"signal", order.Wait()}});
  }
  (*listeners)->Shutdown(config.server.shutdown_grace);
  (*rotation)->Stop();
  served.StopActs();
  return {};
}

// Becomes launcher and daemon. The launcher does not come back.
Outcome Run(const Config& config, EventLog& events) {
  auto options = LaunchOptions(config,
                               {.own_program = std::filesystem::read_symlink("/proc/self/exe"),
                                .credentials_directory = std::getenv("CREDENTIALS_DIRECTORY")},
                               events);
  if (!options) return Forward(options);
  auto link = launcher::SplitProcess(*std::move(options));
  if (!link) return Forward(link);
  const ShutdownSignal stop;
  return Serve(config, *std::move(link), stop, events);
}

}  // namespace
}  // namespace dkimkeeper

// What is thrown as far as here is a bug or the end of memory: it aborts.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  using namespace dkimkeeper;
  // Debian's abseil looks for deadlocks at each of gRPC's locks, which is for debugging.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const auto parsed = ParseCommandLine(argc, argv);
  if (const auto* exit = std::get_if<ExitNow>(&parsed)) return exit->code;
  const auto& line = std::get<CommandLine>(parsed);
  const auto loaded = LoadConfig(line.config);
  if (!loaded) {
    std::cerr << loaded.error().message << '\n';
    return 1;
  }
  if (line.check_config) {
    std::cout << line.config << ": ok\n";
    return 0;
  }
  EventLog events = EventLog::ToStandardError();
  const auto served = line.copies_store() ? CopyStore(line, loaded->config.store, SystemClock())
                                          : Run(loaded->config, events);
  if (served) return 0;
  events.Error("server.failed",
               {{"reason", served.error().reason}, {"message", served.error().message}});
  return 1;
}
