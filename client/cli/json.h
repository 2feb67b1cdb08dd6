// The API's messages as JSON documents for programs. Times are milliseconds since 1970, null for
// "not (yet)"; names are those of design and API. Fields may be added, never renamed.
#ifndef CLIENT_CLI_JSON_H_
#define CLIENT_CLI_JSON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dkimkeeper/v1/access.pb.h"
#include "dkimkeeper/v1/dns.pb.h"
#include "dkimkeeper/v1/domains.pb.h"
#include "dkimkeeper/v1/keys.pb.h"
#include "dkimkeeper/v1/rotation.pb.h"
#include "dkimkeeper/v1/status.pb.h"
#include "dkimkeeper/v1/tokens.pb.h"

namespace dkimkeeper {

using Json = nlohmann::ordered_json;

[[nodiscard]] Json ToJson(const v1::Domain& domain);
[[nodiscard]] Json ToJson(const v1::Key& key);
[[nodiscard]] Json ToJson(const v1::TokenStatus& token);
[[nodiscard]] Json ToJson(const v1::GetStatusResponse& status);
[[nodiscard]] Json ToJson(const v1::StoredCheckpoint& checkpoint);

// Of rights, in access_json.cc.
[[nodiscard]] Json ToJson(const v1::Grant& grant);
[[nodiscard]] Json ToJson(const v1::WhoAmIResponse& who);
[[nodiscard]] Json ToJson(const v1::InEffect& in_effect);
[[nodiscard]] Json ToJson(const v1::ExplainGrantResponse& explanation);
[[nodiscard]] Json ToJson(const v1::Group& group);

[[nodiscard]] Json ToJson(const v1::GetActivityResponse& activity);

// Of tokens, in token_json.cc.
[[nodiscard]] Json ToJson(const v1::Token& token);
[[nodiscard]] Json ToJson(const v1::AttestedKey& key);
[[nodiscard]] Json ToJson(const v1::KeyLine& line);
[[nodiscard]] Json ToJson(const v1::CompromiseTokenResponse& response);

// Of the life cycle, in rotation_json.cc.
[[nodiscard]] Json ToJson(const v1::PolicySetting& setting);
[[nodiscard]] Json ToJson(const v1::Policy& policy);
[[nodiscard]] Json ToJson(const v1::Step& step);
[[nodiscard]] Json ToJson(const v1::PreviewPolicyResponse& preview);
[[nodiscard]] Json ToJson(const v1::RotateKeysResponse& rotation);
[[nodiscard]] Json ToJson(const v1::RecordCheck& check);

// Milliseconds since 1970; null for 0.
[[nodiscard]] Json TimeToJson(std::int64_t milliseconds);

// {"keys": […]}
template <typename Row>
[[nodiscard]] Json ToJsonList(const char* name, const Row& rows) {
  Json list = Json::array();
  for (const auto& row : rows) list.push_back(ToJson(row));
  return Json{{name, std::move(list)}};
}

// On several lines, with a line end. Octets that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string PrintJson(const Json& document);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_JSON_H_
