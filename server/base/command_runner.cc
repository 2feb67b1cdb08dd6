#include "server/base/command_runner.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "proto/reason.h"
#include "server/base/bounded_command.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> SystemFailure(std::string_view what) {
  return Fail(
      Code::kInternal, reason::kInternal,
      "cannot run a command: " + std::string(what) + ": " + std::generic_category().message(errno));
}

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { Close(); }

  [[nodiscard]] int get() const { return number_; }
  void Set(int number) {
    Close();
    number_ = number;
  }
  void Close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

struct Pipe {
  Descriptor read_end, write_end;
  [[nodiscard]] bool Open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read_end.Set(ends[0]);
    write_end.Set(ends[1]);
    return true;
  }
};

// A file in memory, read from its beginning: a command that does not read its input holds up
// nobody.
bool OpenInput(std::string_view text, Descriptor& input) {
  input.Set(::memfd_create("command-input", MFD_CLOEXEC));
  if (input.get() < 0) return false;
  while (!text.empty()) {
    const ssize_t size = ::write(input.get(), text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return ::lseek(input.get(), 0, SEEK_SET) == 0;
}

bool SendOrder(int socket, CommandIndex command,
               const std::array<int, kCommandDescriptors>& descriptors) {
  iovec piece{.iov_base = &command, .iov_len = sizeof command};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptors)> control{};
  msghdr packet{};
  packet.msg_iov = &piece;
  packet.msg_iovlen = 1;
  packet.msg_control = control.data();
  packet.msg_controllen = control.size();
  cmsghdr* head = CMSG_FIRSTHDR(&packet);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof descriptors);
  std::memcpy(CMSG_DATA(head), descriptors.data(), sizeof descriptors);
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &packet, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == sizeof command;
}

// Takes what is there; closes `output` at its end, or when it is too much.
void TakeOutput(Descriptor& output, CommandResult& result) {
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t size = ::read(output.get(), part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return output.Close();
    result.output.append(part.data(), static_cast<std::size_t>(size));
    if (result.output.size() <= kMaxCommandOutputBytes) continue;
    result.output.resize(kMaxCommandOutputBytes);
    result.is_cut = true;
    return output.Close();
  }
}

// Takes output until there is a reply. What the command left running may hold its output open.
void Await(const Descriptor& reply, Descriptor& output, CommandResult& result) {
  (void)::fcntl(output.get(), F_SETFL, O_NONBLOCK);
  bool ended = false;
  while (!ended) {
    std::array waits = {pollfd{.fd = reply.get(), .events = POLLIN, .revents = 0},
                        pollfd{.fd = output.get(), .events = POLLIN, .revents = 0}};
    if (::poll(waits.data(), waits.size(), -1) < 0) continue;
    ended = waits[0].revents != 0;
    if (output.get() >= 0) TakeOutput(output, result);
  }
}

}  // namespace

Result<std::unique_ptr<CommandRunner>> CommandRunner::Start(std::vector<Command> commands) {
  for (const Command& command : commands) {
    if (command.argv.empty() || !command.argv.front().starts_with('/')) {
      return Fail(Code::kInvalidArgument, reason::kBadConfig,
                  "a command needs the absolute path of a program");
    }
  }
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return SystemFailure("socketpair");
  }
  const pid_t pid = ::fork();
  if (pid < 0) {
    const auto failure = SystemFailure("fork");
    ::close(ends[0]);
    ::close(ends[1]);
    return failure;
  }
  if (pid == 0) RunCommands(ends[1], commands);
  ::close(ends[1]);
  return std::unique_ptr<CommandRunner>(new CommandRunner(std::move(commands), ends[0], pid));
}

CommandRunner::~CommandRunner() { ::close(socket_); }

Result<CommandResult> CommandRunner::Run(const Command& command, std::string_view input) const {
  const auto known = std::ranges::find(commands_, command);
  if (known == commands_.end()) std::abort();
  Descriptor text;
  Pipe output;
  Pipe reply;
  if (!OpenInput(input, text)) return SystemFailure("memfd_create");
  if (!output.Open() || !reply.Open()) return SystemFailure("pipe2");
  if (!SendOrder(socket_, static_cast<CommandIndex>(known - commands_.begin()),
                 {text.get(), output.write_end.get(), reply.write_end.get()})) {
    return SystemFailure("sendmsg");
  }
  output.write_end.Close();
  reply.write_end.Close();
  CommandResult result;
  Await(reply.read_end, output.read_end, result);
  CommandEnd end;
  if (::read(reply.read_end.get(), &end, sizeof end) != sizeof end) {
    return Fail(Code::kInternal, reason::kInternal,
                "the process that runs commands is gone; restart dkimkeeperd");
  }
  result.failure = FailureOf(end, command.time_limit);
  return result;
}

}  // namespace dkimkeeper
