#include "client/reference/listen_for_programs.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "client/reference/agent_socket.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr int kBacklog = 128;

tl::unexpected<Error> Refused(const std::string& path, const std::string& why) {
  return Fail(Code::kFailedPrecondition, reason::kBadConfig,
              "local programs cannot be served at " + path + ": " + why);
}

std::string Text(int error) {
  return std::strerror(error);  // NOLINT(concurrency-mt-unsafe): glibc's is safe
}

// A socket that an agent left behind when it was killed.
Outcome RemoveStale(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) return Refused(path, "another kind of file is there");
  const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  if (ConnectToAgent(path, soon)) return Refused(path, "another agent serves there");
  if (::unlink(path.c_str()) != 0) return Refused(path, Text(errno));
  return {};
}

}  // namespace

Result<Descriptor> ListenForPrograms(const std::string& path, mode_t mode,
                                     std::optional<gid_t> group) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return Refused(path, "a socket's path has 1 to 107 octets");
  }
  path.copy(address.sun_path, path.size());
  const Outcome removed = RemoveStale(path);
  if (!removed) return Forward(removed);
  Descriptor listener(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  // Nobody can connect before listen(2).
  if (!listener.IsOpen() || ::bind(listener.number(), generic, sizeof(address)) != 0 ||
      (group && ::chown(path.c_str(), static_cast<uid_t>(-1), *group) != 0) ||
      ::chmod(path.c_str(), mode) != 0 || ::listen(listener.number(), kBacklog) != 0) {
    return Refused(path, Text(errno));
  }
  return listener;
}

}  // namespace dkimkeeper
