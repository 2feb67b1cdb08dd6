#include "server/rpc/listeners.h"

#include <grpc/grpc_security_constants.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "proto/base/unix_socket.h"
#include "server/rpc/listener_credentials.h"

namespace dkimkeeper {
namespace {

// "127.0.0.1:0" as it was bound.
std::string WithPort(const std::string& address, int port) {
  return address.substr(0, address.rfind(':') + 1) + std::to_string(port);
}

}  // namespace

Result<std::unique_ptr<Listeners>> Listeners::Start(const Service& service, const Tls* tls,
                                                    EventLog& events) {
  auto listeners = std::make_unique<Listeners>();
  if (tls != nullptr) {
    const auto tcp = listeners->StartTcp(service, *tls, events);
    if (!tcp) return Forward(tcp);
  }
  for (const SocketConfig& socket : service.config.sockets) {
    const auto started = listeners->StartSocket(service, socket, events);
    if (!started) return Forward(started);
  }
  for (const ServedToken& token : service.tokens) listeners->SetServing(token.name, false);
  return listeners;
}

Outcome Listeners::StartTcp(const Service& service, const Tls& tls, EventLog& events) {
  Listener::Options tcp;
  for (const ListenAddress& endpoint : service.config.server.listen)
    tcp.addresses.push_back(endpoint.str());
  const std::vector<std::string> addresses = tcp.addresses;
  tcp.credentials = ListenerCredentials(tls.certificates, service.config.tls.reload);
  tcp.max_connection_age = service.config.tls.max_connection_age;
  tcp.callers = std::make_unique<CertificateCaller>(tls.rules, service.clock);
  auto listener = Listener::Start(service, std::move(tcp));
  if (!listener) return Forward(listener);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    events.Info("server.listening", {{"address", WithPort(addresses[i], (*listener)->ports()[i])}});
  }
  listeners_.push_back(*std::move(listener));
  return {};
}

Outcome Listeners::StartSocket(const Service& service, const SocketConfig& socket,
                               EventLog& events) {
  auto identity = Identity::Parse(socket.identity);
  if (!identity) return Forward(identity);
  const auto bind = [&]() -> Outcome {
    Listener::Options unix_socket;
    unix_socket.addresses = {"unix:" + socket.path};
    unix_socket.credentials = grpc::experimental::LocalServerCredentials(UDS);
    unix_socket.callers = std::make_unique<SocketCaller>(*identity);
    auto listener = Listener::Start(service, std::move(unix_socket));
    if (!listener) return Forward(listener);
    listeners_.push_back(*std::move(listener));
    return {};
  };
  auto bound = BindSocketFile(
      {.path = socket.path, .owner = socket.owner, .group = socket.group, .mode = socket.mode},
      bind);
  if (!bound) return bound;
  events.Info("server.listening",
              {{"address", "unix:" + socket.path}, {"identity", socket.identity}});
  return {};
}

void Listeners::Announce(const std::string& service, bool serving) {
  for (const auto& listener : listeners_) listener->SetServing(service, serving);
}

void Listeners::SetServing(const std::string& token, bool serving) {
  const std::lock_guard lock(mutex_);
  serving_.insert_or_assign(token, serving);
  const bool any = std::ranges::any_of(serving_, [](const auto& entry) { return entry.second; });
  Announce("dkimkeeper.token." + token, serving);
  Announce("", any);
  Announce("dkimkeeper.v1.Signing", any);
}

void Listeners::Shutdown(std::chrono::milliseconds grace) {
  std::vector<std::thread> threads;
  threads.reserve(listeners_.size());
  for (const auto& listener : listeners_) {
    threads.emplace_back([&listener, grace] { listener->Shutdown(grace); });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace dkimkeeper
