#include "server/dns/tcp_exchange.h"

#include "proto/reason.h"
#include "server/dns/dns_socket.h"

namespace dkimkeeper {

Result<std::string> ExchangeOverTcp(const ServerAddress& server, std::string_view message,
                                    std::chrono::milliseconds limit) {
  const auto away = [&](const DnsFailure& failure) {
    return Fail(Code::kUnavailable, reason::kPublisherAway,
                "the name server " + server.str() + " " + failure.detail);
  };
  const DnsDeadline deadline = std::chrono::steady_clock::now() + limit;
  auto socket = DnsSocket::Connect(server, DnsTransport::kTcp, deadline);
  if (!socket) return away(socket.error());
  if (const auto sent = socket->Send(message, deadline); !sent) return away(sent.error());
  auto answer = socket->Receive(deadline);
  if (!answer) return away(answer.error());
  return *std::move(answer);
}

}  // namespace dkimkeeper
