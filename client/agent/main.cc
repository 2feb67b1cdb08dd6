// dkimkeeper-agent: the one place where the parts are put together.
#include <absl/synchronization/mutex.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "client/agent/command_line.h"
#include "client/agent/config/parse_agent_config.h"
#include "client/agent/list_acknowledgement.h"
#include "client/agent/local_desk.h"
#include "client/agent/milter_front.h"
#include "client/agent/opendkim_upkeep.h"
#include "client/agent/service_notice.h"
#include "client/agent/signals.h"
#include "client/agent/watched_keys.h"
#include "client/reference/listen_for_programs.h"
#include "client/reference/reference_server.h"
#include "proto/base/process_hardening.h"
#include "proto/base/ticker.h"

namespace dkimkeeper {
namespace {

// How often the key list is put on disk, where it changed. Messages see a new one at once.
constexpr std::chrono::seconds kKeyListInterval{1};

struct Start {
  std::string config_path;
  std::string notify_socket;
};

// Takes what a reload may change; the rest waits for a restart. A file that is wrong changes
// nothing.
void Reload(const std::string& path, CurrentPolicy& policy, EventLog& events) {
  auto loaded = LoadAgentConfig(path);
  if (!loaded) {
    events.Error("config.refused", {{"message", loaded.error().message}});
    return;
  }
  policy.Replace(std::move(loaded->policy));
  events.Info("config.reloaded", {{"sections", "origin,author,signature,sender,local.access"}});
}

Outcome ServeMetrics(const AgentConfig& config, AgentMetrics& metrics, EventLog& events) {
  if (!config.metrics) return {};
  const auto port = metrics.Serve(config.metrics->str());
  if (!port) return Forward(port);
  events.Info("metrics.listening", {{"address", config.metrics->str()}, {"port", *port}});
  return {};
}

// Null where local programs are not served.
Result<std::unique_ptr<ReferenceServer>> ServePrograms(const std::optional<LocalSocket>& socket,
                                                       LocalDesk& desk, EventLog& events) {
  if (!socket) return nullptr;
  auto listener = ListenForPrograms(socket->path, socket->mode, socket->group);
  if (!listener) return Forward(listener);
  auto server = ReferenceServer::Start(*std::move(listener), desk, socket->limits);
  if (server) events.Info("programs.listening", {{"socket", socket->path}});
  return server;
}

// Takes each list as far as it goes on this host, into OpenDKIM's tables where those are kept, and
// tells the server then. Of other programs with key references nobody knows which keys they use.
std::function<void()> FollowLists(const AgentConfig& config, Client& client, WatchedKeys& keys,
                                  AgentMetrics& metrics, EventLog& events) {
  std::shared_ptr<OpenDkimUpkeep> upkeep;
  if (config.opendkim) {
    upkeep = std::make_shared<OpenDkimUpkeep>(*config.opendkim, client, metrics, events);
  }
  const auto acknowledgement = std::make_shared<ListAcknowledgement>(client, events);
  return [upkeep, acknowledgement, &keys, has_programs = config.local.has_value()] {
    const auto newest = keys.Newest();
    if (newest == nullptr) return;
    if (upkeep) {
      upkeep->Refresh(*newest);
      acknowledgement->Tell(upkeep->generation());
    } else {
      acknowledgement->Tell(has_programs ? 0 : newest->generation);
    }
  };
}

// Serves until it is told to stop.
Outcome Serve(const AgentConfig& config, const Start& start, EventLog& events) {
  const Signals signals;
  if (const Outcome hardened = HardenProcess(); !hardened) return hardened;
  const auto client = Client::Connect(config.server);
  if (!client) return Forward(client);
  AgentMetrics metrics;
  if (const Outcome shown = ServeMetrics(config, metrics, events); !shown) return shown;
  const SystemClock clock;
  CurrentPolicy policy(config.policy);
  WatchedKeys keys(**client, config.keys_file, events,
                   [&metrics](std::uint64_t generation) { metrics.SetGeneration(generation); });
  // Without any list, mail that comes is deferred: give the server its chance first.
  if (keys.Newest() == nullptr) keys.Refresh();

  LocalDesk desk({policy, keys, **client, clock, metrics, events});
  auto programs = ServePrograms(config.local, desk, events);
  if (!programs) return Forward(programs);
  const auto front =
      MilterFront::Start(config.milter, {policy, keys, **client, clock, metrics, events});
  if (!front) return Forward(front);
  {
    const Ticker refresh(kKeyListInterval, [&keys] { keys.Refresh(); });
    const Ticker follow(kKeyListInterval, FollowLists(config, **client, keys, metrics, events));
    events.Info("agent.started", {{"version", DKIMKEEPER_VERSION}});
    NotifyServiceManager(start.notify_socket, "READY=1");
    int signal = signals.Wait();
    for (; signal == SIGHUP; signal = signals.Wait()) {
      Reload(start.config_path, policy, events);
    }
    events.Info("agent.stopping", {{"signal", signal}});
    NotifyServiceManager(start.notify_socket, "STOPPING=1");
  }
  programs->reset();
  (*front)->Stop();
  // libmilter leaves its threads behind: nothing is taken down under them.
  std::_Exit(EXIT_SUCCESS);
}

std::string EnvironmentValue(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace
}  // namespace dkimkeeper

// What is thrown as far as here is a bug or the end of memory: it aborts.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  using namespace dkimkeeper;
  // Debian's abseil looks for deadlocks at each of gRPC's locks, which is for debugging.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const auto parsed = ParseAgentCommandLine(argc, argv);
  if (const auto* exit = std::get_if<AgentExit>(&parsed)) return exit->code;
  const auto& line = std::get<AgentCommandLine>(parsed);
  const auto loaded = LoadAgentConfig(line.config);
  if (!loaded) {
    std::cerr << loaded.error().message << '\n';
    return 1;
  }
  if (line.check_config) {
    std::cout << line.config << ": ok\n";
    return 0;
  }
  EventLog events = EventLog::ToStandardError();
  const Outcome served = Serve(*loaded, {line.config, EnvironmentValue("NOTIFY_SOCKET")}, events);
  if (served) return 0;
  events.Error("agent.failed",
               {{"reason", served.error().reason}, {"message", served.error().message}});
  return 1;
}
