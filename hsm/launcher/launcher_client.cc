#include "hsm/launcher/launcher_client.h"

#include <signal.h>

#include <utility>
#include <variant>

#include "proto/reason.h"

namespace dkimkeeper::launcher {

class LauncherClient::Source : public WorkerSource {
 public:
  Source(LauncherClient& client, std::uint32_t token) : client_(client), token_(token) {}

  Result<StartedWorker> Start() override { return client_.Start(token_); }
  WorkerEnd End(std::uint64_t number) override { return client_.End(number); }
  void AllowLogin() override { client_.Send(launcher::AllowLogin{token_}); }

 private:
  LauncherClient& client_;
  const std::uint32_t token_;
};

namespace {

tl::unexpected<Error> LinkLost() {
  return Fail(Code::kUnavailable, reason::kTokenAway,
              "the launcher, which starts the token workers, does not answer; restart the service");
}

}  // namespace

LauncherClient::LauncherClient(LauncherLink link, std::size_t tokens) : link_(std::move(link)) {
  for (std::size_t token = 0; token < tokens; ++token) {
    sources_.push_back(std::make_unique<Source>(*this, static_cast<std::uint32_t>(token)));
  }
  reader_ = std::thread([this] { Read(); });
}

LauncherClient::~LauncherClient() {
  link_.Shut();
  reader_.join();
}

Result<StartedWorker> LauncherClient::Start(std::uint32_t token) {
  std::unique_lock lock(mutex_);
  const std::uint64_t request = ++last_request_;
  auto& answer = requests_[request];
  lock.unlock();
  Send(Spawn{request, token});
  lock.lock();
  changed_.wait(lock, [&] { return lost_ || answer; });
  std::optional<Answered> taken = std::move(answer);
  requests_.erase(request);
  if (!taken) return LinkLost();
  if (!taken->worker) return Forward(taken->worker);
  return StartedWorker{*taken->worker, taken->socket.Release()};
}

WorkerEnd LauncherClient::End(std::uint64_t worker) {
  Send(Kill{worker});
  std::unique_lock lock(mutex_);
  const auto found = workers_.find(worker);
  if (found == workers_.end()) return {.signal = SIGKILL, .by_us = true};
  changed_.wait(lock, [&] { return lost_ || found->second; });
  const WorkerEnd end = found->second.value_or(WorkerEnd{.signal = SIGKILL});
  workers_.erase(found);
  return end;
}

// What cannot be sent is not answered either: the link counts as lost.
void LauncherClient::Send(const LinkRequest& request) {
  if (link_.Send(EncodeRequest(request)) != LauncherLink::Sent::kDone) link_.Shut();
}

void LauncherClient::Read() {
  for (;;) {
    auto packet = link_.Receive();
    if (!packet || !*packet || !Take(*std::move(*packet))) return Lose();
  }
}

bool LauncherClient::Take(LauncherLink::Packet packet) {
  const auto event = DecodeLinkEvent(packet.octets);
  if (!event) return false;
  const auto* spawned = std::get_if<Spawned>(&*event);
  if ((spawned != nullptr) != packet.descriptor.IsOpen()) return false;
  const std::lock_guard lock(mutex_);
  if (spawned != nullptr) {
    TakeSpawned(*spawned, std::move(packet.descriptor));
  } else if (const auto* refused = std::get_if<NotSpawned>(&*event)) {
    const auto found = requests_.find(refused->request);
    if (found != requests_.end()) {
      found->second.emplace(Answered{tl::unexpected(refused->error), {}});
    }
  } else if (const auto* ended = std::get_if<Ended>(&*event)) {
    const auto found = workers_.find(ended->worker);
    if (found != workers_.end()) found->second = ended->end;
  }
  changed_.notify_all();
  return true;
}

// Both maps at once: its end may be the next packet, before who asked for it has woken up.
void LauncherClient::TakeSpawned(const Spawned& spawned, Descriptor socket) {
  const auto found = requests_.find(spawned.request);
  if (found == requests_.end() || found->second) return;
  workers_.try_emplace(spawned.worker);
  found->second.emplace(Answered{spawned.worker, std::move(socket)});
}

void LauncherClient::Lose() {
  link_.Shut();
  const std::lock_guard lock(mutex_);
  lost_ = true;
  changed_.notify_all();
}

}  // namespace dkimkeeper::launcher
