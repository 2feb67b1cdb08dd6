#include "server/dns/socket_dns_client.h"

#include <sys/random.h>

#include <cstdlib>

#include "proto/dkim/ascii.h"
#include "server/dns/dns_socket.h"
#include "server/dns/ldns_message.h"

namespace dkimkeeper {
namespace {

// getrandom(2) fills up to 256 octets whole, or fails as a bug of ours would make it.
void FillRandom(void* octets, std::size_t size) {
  if (::getrandom(octets, size, 0) != static_cast<ssize_t>(size)) std::abort();
}

// draft-vixie-dnsext-dns0x20: a letter's case is one more bit that a forger has to guess.
std::string DrawCase(std::string name) {
  std::string lots(name.size(), '\0');
  for (std::size_t i = 0; i < lots.size(); i += 256) {
    FillRandom(&lots[i], std::min<std::size_t>(256, lots.size() - i));
  }
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (IsAsciiAlpha(name[i]) && (static_cast<unsigned char>(lots[i]) & 1U) != 0) {
      name[i] = static_cast<char>(name[i] ^ 0x20);
    }
  }
  return name;
}

DnsReply Exchange(DnsSocket& socket, const std::string& octets, const DnsQuery& query,
                  DnsTransport transport, DnsDeadline deadline) {
  if (auto sent = socket.Send(octets, deadline); !sent) return tl::unexpected(sent.error());
  for (;;) {
    const auto message = socket.Receive(deadline);
    if (!message) return tl::unexpected(message.error());
    if (transport == DnsTransport::kTcp) return DecodeAnswer(*message, query, NameCase::kIgnored);
    // Somebody may be guessing: the true answer can still come.
    if (auto answer = DecodeAnswer(*message, query, NameCase::kExact)) return answer;
  }
}

}  // namespace

DnsReply SocketDnsClient::Ask(const ServerAddress& server, const DnsQuestion& question,
                              DnsTransport transport, std::chrono::milliseconds limit) {
  const DnsDeadline deadline = std::chrono::steady_clock::now() + limit;
  DnsQuery query{.question = question};
  FillRandom(&query.id, sizeof(query.id));
  if (transport == DnsTransport::kUdp) query.question.name = DrawCase(question.name);
  const auto octets = EncodeQuery(query);
  if (!octets) {
    return tl::unexpected(
        DnsFailure{DnsFault::kNonsense, "cannot be asked: the name in question is no domain name"});
  }
  auto socket = DnsSocket::Connect(server, transport, deadline);
  if (!socket) return tl::unexpected(socket.error());
  return Exchange(*socket, *octets, query, transport, deadline);
}

bool SocketDnsClient::HasRoute(const ServerAddress& server) {
  // Connecting over UDP looks up the route, and sends nothing.
  const auto socket = DnsSocket::Connect(server, DnsTransport::kUdp, DnsDeadline::max());
  return socket || socket.error().fault != DnsFault::kNoRoute;
}

}  // namespace dkimkeeper
