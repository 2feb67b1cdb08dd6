#include "tests/fakes/lying_name_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace dkimkeeper {
namespace {

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool BindTo(int descriptor, std::uint16_t port) {
  const sockaddr_in address = Loopback(port);
  return ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

std::uint16_t PortOf(int descriptor) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

// Both sockets on one free port.
std::uint16_t BindBoth(int& tcp, int& udp) {
  for (int i = 0; i < 100; ++i) {
    tcp = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    udp = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (BindTo(tcp, 0) && BindTo(udp, PortOf(tcp))) return PortOf(tcp);
    ::close(tcp);
    ::close(udp);
  }
  std::abort();
}

// False when `stop` is readable first.
bool Await(int descriptor, int stop) {
  pollfd waiting[] = {{descriptor, POLLIN, 0}, {stop, POLLIN, 0}};
  return ::poll(waiting, 2, -1) > 0 && waiting[1].revents == 0;
}

std::string WithLength(const std::string& message) {
  return std::string{static_cast<char>(message.size() >> 8U),
                     static_cast<char>(message.size() & 0xFFU)} +
         message;
}

}  // namespace

LyingNameServer::LyingNameServer(Reply reply, bool refuses_tcp)
    : reply_(std::move(reply)),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      address_(ServerAddress::Parse("127.0.0.1@" + std::to_string(BindBoth(tcp_, udp_))).value()) {
  if (!refuses_tcp) {
    ::listen(tcp_, 16);
    tcp_thread_ = std::jthread([this] { ServeTcp(); });
  }
  udp_thread_ = std::jthread([this] { ServeUdp(); });
}

LyingNameServer::~LyingNameServer() {
  const std::uint64_t one = 1;
  if (::write(stop_, &one, sizeof(one)) != sizeof(one)) std::abort();
  if (tcp_thread_.joinable()) tcp_thread_.join();
  udp_thread_.join();
  for (const int descriptor : {tcp_, udp_, stop_}) ::close(descriptor);
}

void LyingNameServer::ServeTcp() {
  while (Await(tcp_, stop_)) {
    const int connection = ::accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    ServeConnection(connection);
    ::close(connection);
  }
}

void LyingNameServer::ServeConnection(int connection) {
  std::string query(65'537, '\0');
  if (!Await(connection, stop_)) return;
  const ssize_t got = ::recv(connection, query.data(), query.size(), 0);
  if (got <= 2) return;
  query.resize(static_cast<std::size_t>(got));
  std::string octets = raw_;
  if (octets.empty()) {
    for (const std::string& message : reply_(query.substr(2))) octets += WithLength(message);
  }
  if (octets.empty()) {  // silent until the client goes
    char rest = 0;
    if (Await(connection, stop_) && ::recv(connection, &rest, 1, 0) >= 0) return;
  }
  ::send(connection, octets.data(), octets.size(), MSG_NOSIGNAL);
}

void LyingNameServer::ServeUdp() {
  while (Await(udp_, stop_)) {
    std::string query(65'535, '\0');
    sockaddr_in from{};
    socklen_t size = sizeof(from);
    auto* peer = reinterpret_cast<sockaddr*>(&from);
    const ssize_t got = ::recvfrom(udp_, query.data(), query.size(), 0, peer, &size);
    if (got < 0) continue;
    query.resize(static_cast<std::size_t>(got));
    const int other = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    for (const std::string& message : reply_(query)) {
      ::sendto(from_another_port_ ? other : udp_, message.data(), message.size(), 0, peer, size);
    }
    ::close(other);
  }
}

}  // namespace dkimkeeper
