#include "server/base/command_child.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "server/base/bounded_command.h"

namespace dkimkeeper {
namespace {

struct CommandOrder {
  CommandIndex command = 0;
  int input = -1;
  int output = -1;
  int reply = -1;
};

// Nothing at the end of the file, or from something that is not the daemon.
std::optional<CommandOrder> ReceiveOrder() {
  CommandOrder order;
  iovec piece{.iov_base = &order.command, .iov_len = sizeof order.command};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kCommandDescriptors * sizeof(int))> control{};
  msghdr packet{};
  packet.msg_iov = &piece;
  packet.msg_iovlen = 1;
  packet.msg_control = control.data();
  packet.msg_controllen = control.size();
  ssize_t size = 0;
  do {
    size = ::recvmsg(kCommandSocket, &packet, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  const cmsghdr* head = CMSG_FIRSTHDR(&packet);
  if (size != sizeof order.command || head == nullptr || head->cmsg_type != SCM_RIGHTS ||
      head->cmsg_len != CMSG_LEN(kCommandDescriptors * sizeof(int))) {
    return std::nullopt;
  }
  std::array<int, kCommandDescriptors> descriptors{};
  std::memcpy(descriptors.data(), CMSG_DATA(head), sizeof descriptors);
  order.input = descriptors[0];
  order.output = descriptors[1];
  order.reply = descriptors[2];
  return order;
}

// In a process of its own, which lives as long as the command.
[[noreturn]] void Carry(const CommandOrder& order, const Command& command) {
  (void)::signal(SIGCHLD, SIG_DFL);
  const CommandEnd end = RunBounded({.argv = command.argv,
                                     .input = order.input,
                                     .output = order.output,
                                     .time_limit = command.time_limit});
  const bool told = ::write(order.reply, &end, sizeof end) == sizeof end;
  ::_exit(told ? EXIT_SUCCESS : EXIT_FAILURE);
}

}  // namespace

void RunCommands(int socket, const std::vector<Command>& commands) {
  TakeOverProcess(socket);
  (void)::signal(SIGCHLD, SIG_IGN);  // nobody is waited for
  while (const auto order = ReceiveOrder()) {
    if (order->command >= commands.size()) break;
    const pid_t pid = ::fork();
    if (pid == 0) Carry(*order, commands[order->command]);
    if (pid < 0) {
      const CommandEnd end{.error = errno};
      (void)!::write(order->reply, &end, sizeof end);
    }
    for (const int descriptor : {order->input, order->output, order->reply}) ::close(descriptor);
  }
  ::_exit(EXIT_SUCCESS);
}

}  // namespace dkimkeeper
