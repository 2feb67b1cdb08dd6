// dkimkeeperd: the one place where the parts are put together.
#include <cstdlib>
#include <iostream>

#include "hsm/pkcs11/open_pkcs11_token.h"
#include "server/audit/file_audit_log.h"
#include "server/base/alarm_command.h"
#include "server/base/process_hardening.h"
#include "server/base/ticker.h"
#include "server/command_line.h"
#include "server/config/parse.h"
#include "server/lifecycle/reconcile.h"
#include "server/rpc/listeners.h"
#include "server/shutdown_signal.h"
#include "server/startup.h"
#include "server/store/sql_store.h"
#include "server/tls/tls_policy.h"

namespace dkimkeeper {
namespace {

// Serves until `stop`. Objects are made in the order in which they lean on each other, and go in
// the reverse order.
Outcome Serve(const Config& config, const ShutdownSignal& stop, EventLog& events) {
  const SystemClock clock;
  auto command = StartAlarmCommand(config.alarm, events);  // forks: before any thread
  if (!command) return Forward(command);
  if (const auto hardened = HardenProcess(); !hardened) return hardened;
  const auto versions =
      config.tls.allow_tls12 ? TlsVersions::kTls12AndTls13 : TlsVersions::kTls13Only;
  if (const auto applied = ApplyTlsPolicy(versions); !applied) return applied;
  const auto bootstrap = BootstrapGrants(config.access);
  if (!bootstrap) return Forward(bootstrap);

  Metrics metrics;
  AlarmBoard alarms(events, AlarmHooks(metrics, command->get()));
  const auto store = OpenSqlStore({.file = config.store.path});
  if (!store) return Forward(store);
  const auto registry = Registry::Open(**store, *bootstrap);
  if (!registry) return Forward(registry);
  const auto audit = FileAuditLog::Open(config.audit.path, alarms, metrics, clock);
  if (!audit) return Forward(audit);
  const auto token_options =
      TokenOptions(config.tokens.front(), std::getenv("CREDENTIALS_DIRECTORY"));
  if (!token_options) return Forward(token_options);
  const auto token = OpenPkcs11Token(*token_options);
  if (!token) return Forward(token);

  Journal journal(events, **audit, clock);
  KeyOperations operations({**registry, **token, journal, clock, PolicyOf(config.policy)});
  const auto findings = Reconcile({**registry, **token, operations, alarms, events, clock});
  if (!findings) return Forward(findings);
  TokenHealth health(**token, alarms, clock);

  const auto certificates = ServeCertificates(config, alarms, clock);
  if (!certificates) return Forward(certificates);

  WorkQueue changes({.threads = 1, .limit = 256});
  WorkQueue acts({.threads = 1, .limit = 64});
  WorkQueue signing({.threads = config.signing.workers, .limit = config.signing.queue_limit});
  Signer signer({**token, signing, **audit, metrics, clock,
                 QuarantineOn(changes, operations, alarms, clock)});
  const Service service{**registry, signer, operations, journal, **token, health,   alarms,
                        metrics,    clock,  acts,       changes, config,  *findings};
  const auto listeners = Listeners::Start(
      service, certificates->copy ? &certificates->copy->paths() : nullptr, events);
  if (!listeners) return Forward(listeners);
  if (const auto shown = ServeMetrics(config.metrics, metrics, events); !shown) return shown;
  const auto check_health = [&] { (*listeners)->SetServing(health.Check()); };
  check_health();
  {
    const Ticker health_ticker(kHealthInterval, check_health);
    const Ticker tls_ticker(config.tls.reload, [&] {
      if (certificates->reloader) (void)certificates->reloader->CheckNow(clock.Now());
    });
    const Ticker store_ticker(kRefreshInterval, [&] { Refresh(**registry, alarms, clock); });
    events.Info("server.started", {{"version", DKIMKEEPER_VERSION}});
    events.Info("server.stopping", {{"signal", stop.Wait()}});
  }
  (*listeners)->Shutdown(config.server.shutdown_grace);
  return {};
}

}  // namespace
}  // namespace dkimkeeper

// What is thrown as far as here is a bug or the end of memory: it aborts.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  using namespace dkimkeeper;
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
  const ShutdownSignal stop;
  EventLog events = EventLog::ToStandardError();
  const auto served = Serve(loaded->config, stop, events);
  if (served) return 0;
  events.Error("server.failed",
               {{"reason", served.error().reason}, {"message", served.error().message}});
  return 1;
}
