// Users and groups by name.
#ifndef CLIENT_AGENT_CONFIG_ACCOUNTS_H_
#define CLIENT_AGENT_CONFIG_ACCOUNTS_H_

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

namespace dkimkeeper {

// Nothing where there is no such account.
struct Accounts {
  std::function<std::optional<uid_t>(const std::string& name)> user;
  std::function<std::optional<gid_t>(const std::string& name)> group;
};

// Those of this host (getpwnam_r(3), getgrnam_r(3)); may ask a directory service. A number stands
// for itself, as in chown(1), for users without an account. Thread-safe.
[[nodiscard]] Accounts HostAccounts();

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_CONFIG_ACCOUNTS_H_
