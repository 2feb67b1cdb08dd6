// Sends lines to the host's log, and never waits for it.
#ifndef SERVER_AUDIT_SYSLOG_SOCKET_H_
#define SERVER_AUDIT_SYSLOG_SOCKET_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/descriptor.h"

namespace dkimkeeper {

// /dev/log, as syslog(3) uses it and systemd-journald.socket(5) serves it: facility authpriv,
// severity info. Unlike syslog(3) it never blocks: what the socket does not take at once is left
// out. Not thread-safe.
class SyslogSocket {
 public:
  explicit SyslogSocket(std::string path = "/dev/log") : path_(std::move(path)) {}

  // `line` without its end. False: it was left out.
  bool Send(std::string_view line);

 private:
  [[nodiscard]] bool Connect();

  const std::string path_;
  Descriptor socket_;
};

}  // namespace dkimkeeper

#endif  // SERVER_AUDIT_SYSLOG_SOCKET_H_
