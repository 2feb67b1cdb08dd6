// The API's messages as text for people. Pure: the time of day is given, in milliseconds since
// 1970.
#ifndef CLIENT_CLI_VIEWS_H_
#define CLIENT_CLI_VIEWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "dkimkeeper/v1/domains.pb.h"
#include "dkimkeeper/v1/keys.pb.h"
#include "dkimkeeper/v1/status.pb.h"
#include "dkimkeeper/v1/tokens.pb.h"

namespace dkimkeeper {

[[nodiscard]] std::string ShowDomains(const std::vector<v1::Domain>& domains, std::int64_t now_ms);
[[nodiscard]] std::string ShowDomain(const v1::Domain& domain, std::int64_t now_ms);
// With the token that each one's keys are made in.
[[nodiscard]] std::string ShowSenders(const v1::Domain& domain);

[[nodiscard]] std::string ShowKeys(const std::vector<v1::Key>& keys, std::int64_t now_ms);
[[nodiscard]] std::string ShowKey(const v1::Key& key, std::int64_t now_ms);

[[nodiscard]] std::string ShowStatus(const v1::GetStatusResponse& status, std::int64_t now_ms);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_VIEWS_H_
