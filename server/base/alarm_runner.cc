#include "server/base/alarm_runner.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "server/base/bounded_command.h"

namespace dkimkeeper {
namespace {

struct AlarmPacket {
  std::string name, subject, message;
};

// Nothing at the end of the queue.
std::optional<AlarmPacket> ReceiveAlarm() {
  std::array<char, 3 * (kMaxAlarmPartBytes + 1)> buffer{};
  ssize_t size = 0;
  do {
    size = ::recv(kCommandSocket, buffer.data(), buffer.size(), 0);
  } while (size < 0 && errno == EINTR);
  if (size <= 0) return std::nullopt;
  const std::string_view packet(buffer.data(), static_cast<std::size_t>(size));
  const auto subject = packet.find('\0');
  const auto message = packet.find('\0', subject + 1);
  if (subject == std::string_view::npos || message == std::string_view::npos) return std::nullopt;
  return AlarmPacket{std::string(packet.substr(0, subject)),
                     std::string(packet.substr(subject + 1, message - subject - 1)),
                     std::string(packet.substr(message + 1))};
}

void RunOne(const std::vector<std::string>& argv, const AlarmPacket& alarm,
            std::chrono::milliseconds time_limit, EventLog& log) {
  const CommandEnd end = RunBounded({.argv = argv,
                                     .environment = {"DKIMKEEPER_ALARM_NAME=" + alarm.name,
                                                     "DKIMKEEPER_ALARM_SUBJECT=" + alarm.subject,
                                                     "DKIMKEEPER_ALARM_MESSAGE=" + alarm.message},
                                     .time_limit = time_limit});
  const std::string failure = FailureOf(end, time_limit);
  if (failure.empty()) return;
  log.Error("alarm.command_failed", {{"alarm", alarm.name},
                                     {"subject", alarm.subject},
                                     {"command", argv[0]},
                                     {"failure", failure}});
}

}  // namespace

void RunAlarmCommands(int socket, const std::vector<std::string>& argv,
                      std::chrono::milliseconds time_limit, EventLog& log) {
  TakeOverProcess(socket);
  while (const auto alarm = ReceiveAlarm()) RunOne(argv, *alarm, time_limit, log);
  ::_exit(EXIT_SUCCESS);
}

}  // namespace dkimkeeper
