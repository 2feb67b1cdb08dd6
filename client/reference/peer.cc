#include "client/reference/peer.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> Unknown() {
  return Fail(Code::kInternal, reason::kInternal,
              "the kernel does not say who is at the other end of a local connection");
}

}  // namespace

bool Peer::IsIn(gid_t group) const {
  return gid == group || std::find(groups.begin(), groups.end(), group) != groups.end();
}

std::string Peer::Description() const {
  return "uid=" + std::to_string(uid) + " gid=" + std::to_string(gid) +
         " pid=" + std::to_string(pid);
}

Result<Peer> PeerOf(const Descriptor& connection) {
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  if (::getsockopt(connection.number(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return Unknown();
  }
  Peer peer{credentials.pid, credentials.uid, credentials.gid, {}};
  constexpr std::size_t kFirstGuess = 32;
  peer.groups.resize(kFirstGuess);
  for (;;) {
    size = static_cast<socklen_t>(peer.groups.size() * sizeof(gid_t));
    const int failed =
        ::getsockopt(connection.number(), SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &size);
    if (failed != 0 && errno != ERANGE) return Unknown();
    peer.groups.resize(size / sizeof(gid_t));
    if (failed == 0) return peer;
  }
}

}  // namespace dkimkeeper
