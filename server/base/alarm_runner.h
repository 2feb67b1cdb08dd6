// The child process behind AlarmCommand: reads alarms from a socket, runs the command for each.
#ifndef SERVER_BASE_ALARM_RUNNER_H_
#define SERVER_BASE_ALARM_RUNNER_H_

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/event_log.h"

namespace dkimkeeper {

// The longest name, subject or message that travels whole, in bytes.
inline constexpr std::size_t kMaxAlarmPartBytes = 4096;

// Takes the process over: closes every descriptor but the standard ones and `socket`, ignores the
// signals that stop the daemon (end of file stops this process, once the queue is empty), and never
// returns. `socket` is SOCK_SEQPACKET; a packet is name NUL subject NUL message. `argv` is not
// empty. A command that cannot be started, fails or takes longer than `time_limit` is an event in
// `log`.
[[noreturn]] void RunAlarmCommands(int socket, const std::vector<std::string>& argv,
                                   std::chrono::milliseconds time_limit, EventLog& log);

}  // namespace dkimkeeper

#endif  // SERVER_BASE_ALARM_RUNNER_H_
