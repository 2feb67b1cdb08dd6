// The file of a Unix socket: who may open it decides who may call.
#ifndef PROTO_BASE_UNIX_SOCKET_H_
#define PROTO_BASE_UNIX_SOCKET_H_

#include <sys/types.h>

#include <functional>
#include <string>

#include "proto/result.h"

namespace dkimkeeper {

struct SocketFile {
  std::string path;
  std::string owner;  // a user's name; empty: unchanged
  std::string group;  // a group's name; empty: unchanged
  mode_t mode = 0660;
};

// Calls `bind`, which makes the socket, in such a way that nobody else can open it before owner and
// mode are right; a stale socket is removed first. Changes the process's umask meanwhile: not
// thread-safe, for start-up. FAILED_PRECONDITION/BAD_CONFIG: another kind of file, or a living
// socket, stands there; an unknown user or group; a refusal of the system.
[[nodiscard]] Outcome BindSocketFile(const SocketFile& file, const std::function<Outcome()>& bind);

}  // namespace dkimkeeper

#endif  // PROTO_BASE_UNIX_SOCKET_H_
