// All ways in, as the configuration lists them.
#ifndef SERVER_RPC_LISTENERS_H_
#define SERVER_RPC_LISTENERS_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "proto/base/event_log.h"
#include "server/rpc/listener.h"
#include "server/tls/certificate_files.h"
#include "server/tls/peer_rules.h"

namespace dkimkeeper {

// One Listener for TCP with mutual TLS, one for each Unix socket. Thread-safe after Start.
class Listeners {
 public:
  // What stands behind the TCP listener. All must outlive the listeners.
  struct Tls {
    const CertificatePaths& certificates;  // checked, for gRPC to watch
    PeerRules& rules;
  };

  // `tls` is null where nothing listens on TCP.
  // Errors of Listener::Start and BindSocketFile; BAD_IDENTITY. One event for each address.
  [[nodiscard]] static Result<std::unique_ptr<Listeners>> Start(const Service& service,
                                                                const Tls* tls, EventLog& events);

  // What grpc.health.v1 answers for "dkimkeeper.token.NAME"; the server itself, "" and
  // "dkimkeeper.v1.Signing", serves while any token does.
  void SetServing(const std::string& token, bool serving);
  // All at once, so that the grace time counts once.
  void Shutdown(std::chrono::milliseconds grace);

 private:
  [[nodiscard]] Outcome StartTcp(const Service& service, const Tls& tls, EventLog& events);
  [[nodiscard]] Outcome StartSocket(const Service& service, const SocketConfig& socket,
                                    EventLog& events);

  void Announce(const std::string& service, bool serving);

  std::vector<std::unique_ptr<Listener>> listeners_;
  std::mutex mutex_;
  std::map<std::string, bool> serving_;  // by token
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_LISTENERS_H_
