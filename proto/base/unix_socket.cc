#include "proto/base/unix_socket.h"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> Refuse(const SocketFile& file, const std::string& what) {
  return Fail(Code::kFailedPrecondition, reason::kBadConfig, "socket " + file.path + ": " + what);
}

bool Answers(const sockaddr_un& address) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool connected =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return connected;
}

Outcome RemoveStale(const SocketFile& file) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (file.path.size() >= sizeof address.sun_path) {
    return Refuse(file, "the path is longer than a socket's may be (107 bytes)");
  }
  std::memcpy(address.sun_path, file.path.data(), file.path.size());
  struct stat info{};
  if (::lstat(file.path.c_str(), &info) != 0) return {};
  if (!S_ISSOCK(info.st_mode)) return Refuse(file, "another file stands there; remove it");
  if (Answers(address)) return Refuse(file, "another program serves it; stop that one first");
  ::unlink(file.path.c_str());
  return {};
}

Result<uid_t> UserId(const SocketFile& file) {
  if (file.owner.empty()) return static_cast<uid_t>(-1);
  const passwd* user = ::getpwnam(file.owner.c_str());
  if (user == nullptr) return Refuse(file, "no user " + file.owner);
  return user->pw_uid;
}

Result<gid_t> GroupId(const SocketFile& file) {
  if (file.group.empty()) return static_cast<gid_t>(-1);
  const group* found = ::getgrnam(file.group.c_str());
  if (found == nullptr) return Refuse(file, "no group " + file.group);
  return found->gr_gid;
}

}  // namespace

Outcome BindSocketFile(const SocketFile& file, const std::function<Outcome()>& bind) {
  const auto user = UserId(file);
  if (!user) return Forward(user);
  const auto group = GroupId(file);
  if (!group) return Forward(group);
  if (const auto removed = RemoveStale(file); !removed) return removed;
  const mode_t before = ::umask(0177);
  auto bound = bind();
  ::umask(before);
  if (!bound) return bound;
  if (::chown(file.path.c_str(), *user, *group) != 0 ||
      ::chmod(file.path.c_str(), file.mode) != 0) {
    return Refuse(file, std::string("cannot set owner and mode: ") + std::strerror(errno));
  }
  return {};
}

}  // namespace dkimkeeper
