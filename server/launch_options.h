// From the configuration to what the launcher starts.
#ifndef SERVER_LAUNCH_OPTIONS_H_
#define SERVER_LAUNCH_OPTIONS_H_

#include <string>

#include "hsm/launcher/split_process.h"
#include "proto/base/event_log.h"
#include "server/config/config.h"

namespace dkimkeeper {

// What this process was started with.
struct LaunchSurroundings {
  std::string own_program;            // the path of dkimkeeperd
  const char* credentials_directory;  // systemd's, or null
};

// `events` must outlive the launcher; `isolation.none` where everything would run as root.
// INVALID_ARGUMENT/BAD_CONFIG: an account that there is not, two that are one, or accounts without
// root; a credential without systemd's directory.
[[nodiscard]] Result<launcher::SplitOptions> LaunchOptions(const Config& config,
                                                           const LaunchSurroundings& surroundings,
                                                           EventLog& events);

}  // namespace dkimkeeper

#endif  // SERVER_LAUNCH_OPTIONS_H_
