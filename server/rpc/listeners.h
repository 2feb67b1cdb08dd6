// All ways in, as the configuration lists them.
#ifndef SERVER_RPC_LISTENERS_H_
#define SERVER_RPC_LISTENERS_H_

#include <memory>
#include <vector>

#include "server/base/event_log.h"
#include "server/rpc/listener.h"
#include "server/tls/certificate_files.h"

namespace dkimkeeper {

// One Listener for TCP with mutual TLS, one for each Unix socket. Thread-safe after Start.
class Listeners {
 public:
  // `certificates` were checked and are for gRPC to watch; null where nothing listens on TCP.
  // Errors of Listener::Start and BindSocketFile; BAD_IDENTITY. One event for each address.
  [[nodiscard]] static Result<std::unique_ptr<Listeners>> Start(
      const Service& service, const CertificatePaths* certificates, EventLog& events);

  void SetServing(bool serving);
  // All at once, so that the grace time counts once.
  void Shutdown(std::chrono::milliseconds grace);

 private:
  [[nodiscard]] Outcome StartTcp(const Service& service, const CertificatePaths& certificates,
                                 EventLog& events);
  [[nodiscard]] Outcome StartSocket(const Service& service, const SocketConfig& socket,
                                    EventLog& events);

  std::vector<std::unique_ptr<Listener>> listeners_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_LISTENERS_H_
