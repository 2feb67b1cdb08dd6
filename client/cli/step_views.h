// What happens next, as text for people, by the rules of client/cli/views.h.
#ifndef CLIENT_CLI_STEP_VIEWS_H_
#define CLIENT_CLI_STEP_VIEWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "dkimkeeper/v1/common.pb.h"
#include "dkimkeeper/v1/domains.pb.h"

namespace dkimkeeper {

[[nodiscard]] std::string ShowSteps(const std::vector<v1::Step>& steps, std::int64_t now_ms);

// Both timelines as one, by time: what stays, "-" what would fall away, "+" what would be new.
[[nodiscard]] std::string ShowPreview(const v1::PreviewPolicyResponse& preview,
                                      std::int64_t now_ms);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_STEP_VIEWS_H_
