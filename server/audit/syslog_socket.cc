#include "server/audit/syslog_socket.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

namespace dkimkeeper {
namespace {

// RFC 3164 §4.1.1: authpriv (10) × 8 + informational (6).
constexpr std::string_view kPriority = "<86>dkimkeeper-audit: ";

}  // namespace

bool SyslogSocket::Connect() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof(address.sun_path)) return false;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  socket_ = Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return socket_.IsOpen() &&
         ::connect(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
}

bool SyslogSocket::Send(std::string_view line) {
  const std::string message = std::string(kPriority) + std::string(line);
  // Once more where the log was restarted.
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!socket_.IsOpen() && !Connect()) break;
    if (::send(socket_.number(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
      return true;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
    socket_.Close();
  }
  socket_.Close();
  return false;
}

}  // namespace dkimkeeper
