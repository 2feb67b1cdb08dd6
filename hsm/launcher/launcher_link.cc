#include "hsm/launcher/launcher_link.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "hsm/launcher/link_messages.h"
#include "proto/reason.h"

namespace dkimkeeper::launcher {
namespace {

// Room for one descriptor; its padding may hold a second, which is why all that came are looked at.
struct Control {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> octets{};
};

std::vector<Descriptor> TakeDescriptors(msghdr& message) {
  std::vector<Descriptor> taken;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
      taken.emplace_back(number);
    }
  }
  return taken;
}

void PutDescriptor(msghdr& message, Control& control, int number) {
  message.msg_control = control.octets.data();
  message.msg_controllen = control.octets.size();
  cmsghdr* part = CMSG_FIRSTHDR(&message);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(part), &number, sizeof(int));
}

tl::unexpected<Error> BadPacket(const std::string& what) {
  return Fail(Code::kInvalidArgument, reason::kBadFrame,
              "a packet between daemon and launcher " + what);
}

}  // namespace

Result<std::pair<LauncherLink, LauncherLink>> LauncherLink::MakePair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return Fail(Code::kInternal, reason::kInternal,
                "cannot make a socket pair: " + std::generic_category().message(errno) +
                    "; raise the limit of open files");
  }
  return std::pair(LauncherLink(Descriptor(ends[0])), LauncherLink(Descriptor(ends[1])));
}

LauncherLink::Sent LauncherLink::Send(std::string_view octets, int descriptor) const {
  std::string copy(octets);
  iovec piece{.iov_base = copy.data(), .iov_len = copy.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  Control control;
  if (descriptor >= 0) PutDescriptor(message, control, descriptor);
  for (;;) {
    if (::sendmsg(socket_.number(), &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return Sent::kDone;
    if (errno == EINTR) continue;
    return errno == EAGAIN ? Sent::kFull : Sent::kGone;
  }
}

Result<std::optional<LauncherLink::Packet>> LauncherLink::Receive() const {
  std::string octets(kMaxLinkPacket, '\0');
  iovec piece{.iov_base = octets.data(), .iov_len = octets.size()};
  Control control;
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.octets.data();
  message.msg_controllen = control.octets.size();
  ssize_t size = 0;
  do {
    size = ::recvmsg(socket_.number(), &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  // Of an empty packet, too: nobody else would close them.
  std::vector<Descriptor> descriptors;
  if (size >= 0) descriptors = TakeDescriptors(message);
  if (size <= 0) return std::optional<Packet>();
  if ((message.msg_flags & MSG_TRUNC) != 0) return BadPacket("is too long");
  if ((message.msg_flags & MSG_CTRUNC) != 0 || descriptors.size() > 1) {
    return BadPacket("has more than one descriptor");
  }
  octets.resize(static_cast<std::size_t>(size));
  Packet packet{std::move(octets), {}};
  if (!descriptors.empty()) packet.descriptor = std::move(descriptors.front());
  return std::optional(std::move(packet));
}

void LauncherLink::Shut() const { (void)::shutdown(socket_.number(), SHUT_RDWR); }

}  // namespace dkimkeeper::launcher
