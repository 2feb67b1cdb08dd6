// Who is at the other end of a Unix socket, by the word of the kernel.
#ifndef CLIENT_REFERENCE_PEER_H_
#define CLIENT_REFERENCE_PEER_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "proto/descriptor.h"
#include "proto/result.h"

namespace dkimkeeper {

// The process that connected, as it was then: SO_PEERCRED and SO_PEERGROUPS of unix(7). A value.
struct Peer {
  pid_t pid = 0;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups = {};  // supplementary ones

  [[nodiscard]] bool IsIn(gid_t group) const;
  // For logs and for the server, as claimed by this host: "uid=105 gid=112 pid=4711".
  [[nodiscard]] std::string Description() const;
};

// INTERNAL/INTERNAL where the kernel does not say.
[[nodiscard]] Result<Peer> PeerOf(const Descriptor& connection);

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_PEER_H_
