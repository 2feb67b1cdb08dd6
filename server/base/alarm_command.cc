#include "server/base/alarm_command.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "proto/reason.h"
#include "server/base/alarm_runner.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> SystemFailure(std::string_view what) {
  return Fail(Code::kInternal, reason::kInternal,
              "cannot start the process of the alarm command: " + std::string(what) + ": " +
                  std::generic_category().message(errno));
}

// What fits: up to the first NUL, which separates the parts.
std::string_view Part(std::string_view text) {
  return text.substr(0, std::min(text.find('\0'), kMaxAlarmPartBytes));
}

iovec Piece(std::string_view text) {
  // sendmsg(2) only reads; its interface predates const.
  return {const_cast<char*>(text.data()),
          text.size()};  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

}  // namespace

Result<std::unique_ptr<AlarmCommand>> AlarmCommand::Start(Options options, EventLog& log) {
  if (options.argv.empty() || !options.argv.front().starts_with('/')) {
    return Fail(Code::kInvalidArgument, reason::kBadConfig,
                "the alarm command needs the absolute path of a program");
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
  if (pid == 0) RunAlarmCommands(ends[1], options.argv, options.time_limit, log);
  ::close(ends[1]);
  return std::unique_ptr<AlarmCommand>(new AlarmCommand(ends[0], pid));
}

AlarmCommand::~AlarmCommand() { ::close(socket_); }

bool AlarmCommand::Send(const Alarm& alarm) const noexcept {
  static constexpr std::string_view kNul("\0", 1);
  std::array pieces = {Piece(Part(alarm.name)), Piece(kNul), Piece(Part(alarm.subject)),
                       Piece(kNul), Piece(Part(alarm.message))};
  msghdr packet{};
  packet.msg_iov = pieces.data();
  packet.msg_iovlen = pieces.size();
  return ::sendmsg(socket_, &packet, MSG_DONTWAIT | MSG_NOSIGNAL) > 0;
}

}  // namespace dkimkeeper
