// The small steps between the configuration and the parts that main.cc puts together.
#ifndef SERVER_STARTUP_H_
#define SERVER_STARTUP_H_

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "proto/base/ticker.h"
#include "server/access/activity.h"
#include "server/audit/audit_trail.h"
#include "server/base/alarm_command.h"
#include "server/base/alarms.h"
#include "server/base/command_runner.h"
#include "server/base/metrics.h"
#include "server/base/work_queue.h"
#include "server/config/config.h"
#include "server/dns/dns_options.h"
#include "server/lifecycle/key_operations.h"
#include "server/lifecycle/reconciliations.h"
#include "server/rpc/listeners.h"
#include "server/store/sql_store.h"
#include "server/tls/certificate_reloader.h"
#include "server/tls/peer_rules.h"
#include "server/tls/revocation_files.h"

namespace dkimkeeper {

// How often each token's health is looked at.
inline constexpr std::chrono::seconds kHealthInterval{1};
// How often daemons hear of each other: twice a second, and well before a picture counts as old.
[[nodiscard]] std::chrono::milliseconds BeatInterval(const StoreConfig& config);

// The processes that run the operator's commands; null where none is configured.
struct CommandProcesses {
  std::unique_ptr<AlarmCommand> alarm;
  std::unique_ptr<CommandRunner> publishers;
};

// What forks, or sets a rule for the whole process: the commands, HardenProcess, the versions of
// TLS. Call it while there is one thread.
[[nodiscard]] Result<CommandProcesses> PrepareProcess(const Config& config, EventLog& events);

// How the daemons of a store call this one: host and first address. Two on one host have different
// addresses, and keep them over a restart.
[[nodiscard]] std::string DaemonName(const Config& config);

[[nodiscard]] AuditTrail::Options AuditOptionsOf(const Config& config);

[[nodiscard]] SqlStoreOptions StoreOptionsOf(const StoreConfig& config);

// `administer` on everything for each configured administrator. INVALID_ARGUMENT/BAD_IDENTITY.
[[nodiscard]] Result<std::set<Grant>> BootstrapGrants(const AccessConfig& config);

// Raises `approval.break_glass` where the configuration sets the two-person rule aside.
void AlarmBrokenGlass(const AccessConfig& config, AlarmBoard& alarms, const Clock& clock);

// The operator's certificates, checked, and the private copy of them that gRPC watches.
struct ServedCertificates {
  std::unique_ptr<PrivateCopy> copy;
  std::unique_ptr<CertificateReloader> reloader;
  std::unique_ptr<PeerRules> rules;
  std::unique_ptr<RevocationFiles> revocation;  // null: no lists are configured
};
// Empty where nothing listens on TCP. The copy stands beside the store. Errors of PrivateCopy,
// CertificateReloader and PinnedIssuer: without a usable certificate there is no start.
[[nodiscard]] Result<ServedCertificates> ServeCertificates(const Config& config, AlarmBoard& alarms,
                                                           const Clock& clock);

[[nodiscard]] Policy PolicyOf(const PolicyConfig& config);

// With the resolvers of this host, as its resolv.conf names them now, where none are written. A
// file that cannot be read names none.
[[nodiscard]] DnsOptions DnsOptionsOf(const DnsConfig& config);

// Counts alarms, and runs the command where there is one. Both must outlive the board.
[[nodiscard]] AlarmBoard::Hooks AlarmHooks(Metrics& metrics, AlarmCommand* command);

// Shows in the metrics who signs and who is refused. `activity` must outlive `metrics`.
void ShowActivity(const Activity& activity, Metrics& metrics);

// Shows the metrics where they are asked for, and says in an event where.
[[nodiscard]] Outcome ServeMetrics(const MetricsConfig& config, Metrics& metrics, EventLog& events);

// What the signer does with a key that changed under it: alarm now, quarantine on `changes`. All
// must outlive the function.
[[nodiscard]] std::function<void(const Key&)> QuarantineOn(WorkQueue& changes,
                                                           KeyOperations& operations,
                                                           AlarmBoard& alarms, const Clock& clock);

// What the signer does where a grant signs for the first time since the start: an event.
[[nodiscard]] std::function<void(const Authorized&)> TellFirstUse(EventLog& events);

// Looks at the health of each token, now and again and again: what it finds goes to who asks for it
// at the listeners, and to the reconciliations. One ticker a token: none waits for another. All
// must outlive them.
[[nodiscard]] std::deque<Ticker> WatchHealth(const Tokens& tokens, Reconciliations& reconciliations,
                                             Listeners& listeners);

}  // namespace dkimkeeper

#endif  // SERVER_STARTUP_H_
