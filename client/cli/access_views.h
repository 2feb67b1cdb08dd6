// Grants and groups as text for people. Pure.
#ifndef CLIENT_CLI_ACCESS_VIEWS_H_
#define CLIENT_CLI_ACCESS_VIEWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "dkimkeeper/v1/access.pb.h"
#include "dkimkeeper/v1/status.pb.h"

namespace dkimkeeper {

[[nodiscard]] std::string ShowGrants(const std::vector<v1::Grant>& grants);
// "until 2026-07-01T00:00:00Z, from 192.0.2.0/24, 100 a second"; empty: none.
[[nodiscard]] std::string ShowLimits(const v1::GrantLimits& limits);
[[nodiscard]] std::string ShowWhoAmI(const v1::WhoAmIResponse& who);
[[nodiscard]] std::string ShowExplanation(const v1::ExplainGrantResponse& explanation);
[[nodiscard]] std::string ShowGroups(const std::vector<v1::Group>& groups);
// A member a line.
[[nodiscard]] std::string ShowMembers(const v1::Group& group);
// "in effect on 2 of 3 daemons; not yet on keeper3:7443".
[[nodiscard]] std::string ShowInEffect(const v1::InEffect& in_effect);
// Who signs and who is refused; empty where nobody called. Of the grants that an
// identity signed by, when the newest did so first; all are in the JSON document.
[[nodiscard]] std::string ShowActivity(const v1::GetActivityResponse& activity,
                                       std::int64_t now_ms);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_ACCESS_VIEWS_H_
