#include "client/reference/agent_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "client/reference/packet_codec.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;

tl::unexpected<Error> Away(const std::string& what, int error) {
  return Fail(Code::kUnavailable, reason::kAgentAway,
              what + ": " +
                  std::strerror(error) +  // NOLINT(concurrency-mt-unsafe): glibc's is safe
                  "; is dkimkeeper-agent running, and may this user use its socket?");
}

tl::unexpected<Error> TooLate() {
  return Fail(Code::kDeadlineExceeded, reason::kDeadline,
              "the agent did not answer in time; see whether it reaches its server");
}

milliseconds Left(AgentDeadline deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
  return std::max(left, milliseconds::zero());
}

// connect(2) and send(2) of a Unix socket wait where the other end has no room: not for ever.
bool LimitSending(int socket, AgentDeadline deadline) {
  const milliseconds left = std::max(Left(deadline), milliseconds(1));  // 0 would be no limit
  timeval limit{};
  limit.tv_sec = static_cast<time_t>(left.count() / 1000);
  limit.tv_usec = static_cast<suseconds_t>(left.count() % 1000 * 1000);
  return ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0;
}

// Until there is something to receive; false at the deadline.
bool AwaitPacket(int socket, AgentDeadline deadline) {
  pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
  for (;;) {
    const int ready = ::poll(&waiting, 1, static_cast<int>(Left(deadline).count()));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

Outcome Send(int socket, std::string_view packet, AgentDeadline deadline) {
  if (!LimitSending(socket, deadline)) return Away("the agent's socket is of no use", errno);
  for (;;) {
    if (::send(socket, packet.data(), packet.size(), MSG_NOSIGNAL) >= 0) return {};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return TooLate();
    if (errno != EINTR) return Away("the agent cannot be asked", errno);
  }
}

Result<std::string> Receive(int socket, AgentDeadline deadline) {
  std::string packet(kMaxReferencePacket, '\0');
  for (;;) {
    if (!AwaitPacket(socket, deadline)) return TooLate();
    // MSG_TRUNC: the packet's own length, so that a longer one is seen to be one.
    const ssize_t size = ::recv(socket, packet.data(), packet.size(), MSG_TRUNC | MSG_DONTWAIT);
    if (size > 0) {
      const auto length = static_cast<std::size_t>(size);
      if (length > packet.size()) {
        return Fail(Code::kInvalidArgument, reason::kBadFrame,
                    "the agent's answer is longer than one may be; both must be of one version");
      }
      packet.resize(length);
      return packet;
    }
    if (size == 0) return Away("the agent has closed the connection", ECONNRESET);
    if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK) {
      return Away("the agent's answer is lost", errno);
    }
  }
}

}  // namespace

Result<Descriptor> ConnectToAgent(const std::string& path, AgentDeadline deadline) {
  const std::string attempt = "the agent's socket " + path + " cannot be reached";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) return Away(attempt, ENAMETOOLONG);
  path.copy(address.sun_path, path.size());
  Descriptor connection(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!connection.IsOpen()) return Away(attempt, errno);
  if (!LimitSending(connection.number(), deadline)) return Away(attempt, errno);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  while (::connect(connection.number(), generic, sizeof(address)) != 0) {
    if (errno == EAGAIN) return TooLate();
    if (errno != EINTR) return Away(attempt, errno);
  }
  return connection;
}

Result<std::string> AskAgent(const Descriptor& connection, std::string_view packet,
                             AgentDeadline deadline) {
  const Outcome sent = Send(connection.number(), packet, deadline);
  if (!sent) return Forward(sent);
  return Receive(connection.number(), deadline);
}

}  // namespace dkimkeeper
