// Policies as text for people, by the rules of client/cli/views.h.
#ifndef CLIENT_CLI_POLICY_VIEWS_H_
#define CLIENT_CLI_POLICY_VIEWS_H_

#include <string>

#include "dkimkeeper/v1/domains.pb.h"

namespace dkimkeeper {

[[nodiscard]] std::string ShowPolicy(const v1::Policy& policy);

// "rotation_period=90d, standby=true; newsletter: mode=manual": what was set for a domain and its
// senders; empty where nothing was.
[[nodiscard]] std::string SettingsOf(const v1::Domain& domain);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_POLICY_VIEWS_H_
