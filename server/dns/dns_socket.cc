#include "server/dns/dns_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxMessage = 65'535;

struct SocketName {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

SocketName NameOf(const ServerAddress& server) {
  SocketName name;
  if (server.is_ipv6()) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(server.port());
    ::inet_pton(AF_INET6, server.ip().c_str(), &address.sin6_addr);
    std::memcpy(&name.storage, &address, name.size = sizeof(address));
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    ::inet_pton(AF_INET, server.ip().c_str(), &address.sin_addr);
    std::memcpy(&name.storage, &address, name.size = sizeof(address));
  }
  return name;
}

int Remaining(DnsDeadline deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 3'600'000));
}

bool IsNoRoute(int error) {
  return error == ENETUNREACH || error == EHOSTUNREACH || error == EADDRNOTAVAIL ||
         error == EAFNOSUPPORT || error == ENETDOWN || error == EPERM || error == EACCES;
}

bool WouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

tl::unexpected<DnsFailure> DnsSocket::FailureOf(int error) const {
  const std::string over = transport_ == DnsTransport::kTcp ? " over TCP" : " over UDP";
  if (IsNoRoute(error)) {
    return tl::unexpected(
        DnsFailure{DnsFault::kNoRoute,
                   "cannot be reached from this host: " + std::generic_category().message(error)});
  }
  if (error == ETIMEDOUT) {
    return tl::unexpected(DnsFailure{DnsFault::kTimeOut, "did not answer in time" + over});
  }
  return tl::unexpected(DnsFailure{DnsFault::kRefused, "refuses connections" + over + ": " +
                                                           std::generic_category().message(error)});
}

tl::expected<DnsSocket, DnsFailure> DnsSocket::Connect(const ServerAddress& server,
                                                       DnsTransport transport,
                                                       DnsDeadline deadline) {
  const SocketName name = NameOf(server);
  const int kind = transport == DnsTransport::kTcp ? SOCK_STREAM : SOCK_DGRAM;
  DnsSocket socket(::socket(name.storage.ss_family, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
                   transport);
  if (socket.descriptor_ < 0) return socket.FailureOf(errno);
  const auto* address = reinterpret_cast<const sockaddr*>(&name.storage);
  if (::connect(socket.descriptor_, address, name.size) == 0) return socket;
  if (errno != EINPROGRESS) return socket.FailureOf(errno);
  if (auto ready = socket.Await(POLLOUT, deadline); !ready) return tl::unexpected(ready.error());
  int error = 0;
  socklen_t size = sizeof(error);
  ::getsockopt(socket.descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return socket.FailureOf(error);
  return socket;
}

DnsSocket::~DnsSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

tl::expected<void, DnsFailure> DnsSocket::Await(short events, DnsDeadline deadline) const {
  for (;;) {
    pollfd waiting{descriptor_, events, 0};
    const int limit = Remaining(deadline);
    const int ready = ::poll(&waiting, 1, limit);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return FailureOf(errno);
    if (ready == 0 || limit == 0) return FailureOf(ETIMEDOUT);
  }
}

tl::expected<void, DnsFailure> DnsSocket::Send(std::string_view message, DnsDeadline deadline) {
  std::string framed;
  if (transport_ == DnsTransport::kTcp) {
    framed = {static_cast<char>(message.size() >> 8U), static_cast<char>(message.size() & 0xFFU)};
  }
  framed += message;
  std::string_view rest = framed;
  while (!rest.empty()) {
    const ssize_t sent = ::send(descriptor_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(sent));
    } else if (!WouldBlock(errno)) {
      return FailureOf(errno);
    } else if (auto ready = Await(POLLOUT, deadline); !ready) {
      return ready;
    }
  }
  return {};
}

tl::expected<std::string, DnsFailure> DnsSocket::ReceiveOctets(std::size_t size,
                                                               DnsDeadline deadline) {
  std::string octets(size, '\0');
  for (std::size_t filled = 0; filled < size;) {
    if (auto ready = Await(POLLIN, deadline); !ready) return tl::unexpected(ready.error());
    const ssize_t got = ::recv(descriptor_, octets.data() + filled, size - filled, 0);
    if (got == 0) {
      return tl::unexpected(
          DnsFailure{DnsFault::kRefused, "closed the connection over TCP without an answer"});
    }
    if (got > 0) filled += static_cast<std::size_t>(got);
    if (got < 0 && !WouldBlock(errno)) return FailureOf(errno);
  }
  return octets;
}

tl::expected<std::string, DnsFailure> DnsSocket::Receive(DnsDeadline deadline) {
  if (transport_ == DnsTransport::kTcp) {
    auto length = ReceiveOctets(2, deadline);
    if (!length) return length;
    const auto high = static_cast<unsigned char>((*length)[0]);
    const auto low = static_cast<unsigned char>((*length)[1]);
    return ReceiveOctets(std::size_t{high} << 8U | low, deadline);
  }
  for (;;) {
    if (auto ready = Await(POLLIN, deadline); !ready) return tl::unexpected(ready.error());
    std::string datagram(kMaxMessage, '\0');
    const ssize_t got = ::recv(descriptor_, datagram.data(), datagram.size(), 0);
    if (got >= 0) {
      datagram.resize(static_cast<std::size_t>(got));
      return datagram;
    }
    if (!WouldBlock(errno)) return FailureOf(errno);
  }
}

}  // namespace dkimkeeper
