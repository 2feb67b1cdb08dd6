// Runs the operator's command for an alarm, from a process of its own: the daemon must not fork
// once gRPC is up.
#ifndef SERVER_BASE_ALARM_COMMAND_H_
#define SERVER_BASE_ALARM_COMMAND_H_

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/event_log.h"
#include "proto/result.h"
#include "server/base/alarms.h"

namespace dkimkeeper {

// The daemon's end of a small child process that runs one command at a time, in the order of the
// alarms. The command gets the alarm in DKIMKEEPER_ALARM_NAME, DKIMKEEPER_ALARM_SUBJECT and
// DKIMKEEPER_ALARM_MESSAGE beside a plain PATH, nothing else of the daemon's environment, and no
// descriptor but /dev/null as standard input and the daemon's standard output and error. One that
// takes longer than the time limit is killed with its process group. Thread-safe.
class AlarmCommand {
 public:
  struct Options {
    std::vector<std::string> argv;  // argv[0] is an absolute path; not a shell line
    std::chrono::milliseconds time_limit = std::chrono::seconds(30);
  };

  // Forks the child. Call it in main while there is one thread, before any gRPC, and before
  // HardenProcess: with no_new_privs a mailer that is set-group-id could not submit its mail.
  // INVALID_ARGUMENT/BAD_CONFIG: no absolute path; INTERNAL: no process or socket to be had.
  // `log` is used in the child for commands that fail and must outlive this call only.
  [[nodiscard]] static Result<std::unique_ptr<AlarmCommand>> Start(Options options, EventLog& log);

  AlarmCommand(const AlarmCommand&) = delete;
  AlarmCommand& operator=(const AlarmCommand&) = delete;

  // Closes the socket and does not wait: the child runs what is queued, then exits, and is left to
  // whoever waits for `pid`, or to init when this process ends.
  ~AlarmCommand();

  // Queues the alarm; never blocks. false: the queue (some hundred alarms) is full or the child is
  // gone, and the command will not run for this alarm. Parts over 4 KiB are cut.
  [[nodiscard]] bool Send(const Alarm& alarm) const noexcept;

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  AlarmCommand(int socket, pid_t pid) : socket_(socket), pid_(pid) {}

  const int socket_;
  const pid_t pid_;
};

}  // namespace dkimkeeper

#endif  // SERVER_BASE_ALARM_COMMAND_H_
