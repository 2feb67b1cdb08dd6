// The daemon's side of the launcher: where its token workers come from.
#ifndef HSM_LAUNCHER_LAUNCHER_CLIENT_H_
#define HSM_LAUNCHER_LAUNCHER_CLIENT_H_

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "hsm/launcher/launcher_link.h"
#include "hsm/launcher/link_messages.h"
#include "hsm/remote/worker_source.h"
#include "proto/result.h"

namespace dkimkeeper::launcher {

// Starts a thread that reads what the launcher says. Thread-safe.
//
// When the link is lost, or what comes over it is malformed, every call fails from then on with
// UNAVAILABLE/TOKEN_AWAY, and every worker counts as killed by somebody else; it does not come
// back: the launcher's end is this process's end (PR_SET_PDEATHSIG).
class LauncherClient {
 public:
  // `tokens`: how many there are in the configuration.
  LauncherClient(LauncherLink link, std::size_t tokens);
  LauncherClient(const LauncherClient&) = delete;
  LauncherClient& operator=(const LauncherClient&) = delete;
  // No call may be running, and no worker be wanted any more.
  ~LauncherClient();

  // The workers of the token at this place in the configuration. Lives as long as this.
  [[nodiscard]] WorkerSource& SourceOf(std::size_t token) { return *sources_.at(token); }

 private:
  class Source;
  struct Answered {
    Result<std::uint64_t> worker;
    Descriptor socket;
  };

  [[nodiscard]] Result<StartedWorker> Start(std::uint32_t token);
  [[nodiscard]] WorkerEnd End(std::uint64_t worker);
  void Send(const LinkRequest& request);

  void Read();
  [[nodiscard]] bool Take(LauncherLink::Packet packet);
  void TakeSpawned(const Spawned& spawned, Descriptor socket);
  void Lose();

  const LauncherLink link_;
  std::vector<std::unique_ptr<WorkerSource>> sources_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool lost_ = false;
  std::uint64_t last_request_ = 0;
  std::map<std::uint64_t, std::optional<Answered>> requests_;  // that wait for their answer
  std::map<std::uint64_t, std::optional<WorkerEnd>> workers_;  // that nobody has ended yet
  std::thread reader_;
};

}  // namespace dkimkeeper::launcher

#endif  // HSM_LAUNCHER_LAUNCHER_CLIENT_H_
